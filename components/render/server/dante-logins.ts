import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { command, ON_THE_HOST } from "../unit/text.ts";
import type { Program, Setting } from "./server.ts";

/** What PAM calls the server. */
export const PAM_SERVICE = "tsproxy";

export const PAM_FILE = "pam";

export const PAM_PACKAGES: Program["packages"] = { "libpam-pwdfile": { keepOff: [] } };

export const PAM_REQUIREMENTS: Program["requirements"] = [
  {
    kind: "package",
    name: "libpam-pwdfile",
    instead: 'take away the users, or use the server "sing-box", which needs no package',
  },
];

/** A wrong password is answered after some two seconds (pam_fail_delay(3)): PAM does that unless it is told not to. */
export function pamText(setting: Setting): string {
  return `auth required pam_pwdfile.so pwdfile=${hashesOf(setting)}\naccount required pam_permit.so\n`;
}

/**
 * Hashes, as crypt(3) makes them, of passwords that reach perl on its standard input. The salt is of the user and the
 * machine: another one in each place, and at each start the same, so that a check finds the same bytes. The password is
 * no part of it: a guess could be tried on such a salt without the thousands of rounds that a hash takes.
 */
export function danteLogins(setting: Setting): NonNullable<Program["logins"]> {
  const { users, directory } = setting;
  return {
    print: [
      `  for user in ${users.join(" ")}; do`,
      `    salt=$(printf '%s %s' "$user" "$(cat /etc/machine-id)" | sha256sum | head -c 16)`,
      `    hash=$(perl -e 'print crypt(<STDIN>, "\\$6\\$$ARGV[0]")' "$salt" <"$user")`,
      '    [ -n "$hash" ] || { echo "no hash could be made for $user" >&2; exit 1; }',
      `    printf '%s:%s\\n' "$user" "$hash"`,
      "  done",
    ].join("\n"),
    lines: (ready) => [
      ["RuntimeDirectory", directory],
      ["RuntimeDirectoryMode", "0700"],
      ["BindPaths", `/run/${directory}`],
      ["BindReadOnlyPaths", `${setting.config}/${PAM_FILE}:/etc/pam.d/${PAM_SERVICE}`],
      ["ExecStartPre", command(...ON_THE_HOST, "/bin/sh", "-c", HAND_OVER, ready, hashesOf(setting))],
    ],
  };
}

/** Its processes ask PAM as the user that they are, at each login. */
const HAND_OVER = 'install -m 0400 -o "$(stat -Lc %u "$RUNTIME_DIRECTORY")" "$0" "$1"';

function hashesOf({ directory }: Setting): HostPath {
  return `/run/${directory}/logins`;
}
