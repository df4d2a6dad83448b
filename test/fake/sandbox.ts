import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HostError } from "../../providers/engine/errors.ts";
import type { Hearing, Shell } from "../../providers/engine/wire/shell.ts";
import { conversation } from "../conversation.ts";

/** Directories of this machine that a program sees, and changes, only inside the sandbox. */
export const PRIVATE = ["/etc", "/var/lib", "/run", "/usr/local"];

/** Notes what it is asked, knows no unit, and fails if it is told to. An armed undo is a file, as systemd has it. */
export const SYSTEMCTL = `#!/bin/sh
printf '%s\\n' "$*" >>/run/systemctl
case $* in *" tsproxy_undo-"*) rm /run/systemd/transient/tsproxy_undo-* || exit; exit ;; esac
case $* in "show -p BoundBy"*) cat /run/bound 2>/dev/null; exit ;; esac
case $* in *is-failed*|show*) exit 1 ;; esac
case $1 in
  is-active) shift; for u; do if [ -f "/run/active.$u" ]; then echo active; else echo inactive; fi; done; exit ;;
esac
[ ! -f /run/systemctl-fails ] || { echo "Job for $2 failed: see the journal" >&2; exit 1; }
case $1 in start | restart) shift; for u; do : >"/run/active.$u"; done ;; esac
`;

/** What programs start as a process of its own, the shell's own commands aside. */
const COMMANDS = [
  ...[
    "base64",
    "cat",
    "chmod",
    "cp",
    "curl",
    "date",
    "dpkg-query",
    "find",
    "flock",
    "grep",
    "head",
    "ln",
    "ls",
    "mkdir",
  ],
  ...["mv", "rm", "rmdir", "sed", "sha256sum", "sort", "stat", "tail", "tar"],
];

/** Stands before each of those: counts, and in its turn kills everything of the program, itself included. */
const DOOMED = `#!/bin/sh
read -r left </run/left || left=
case $left in 0) kill -9 0 ;; ?*) echo $((left - 1)) >/run/left ;; esac
exec "/usr/bin/\${0##*/}" "$@"
`;

const SYSTEMD_RUN = `#!/bin/sh
printf 'systemd-run %s\\n' "$*" >>/run/systemctl
[ ! -f /run/systemd-run-fails ] || { echo "Failed to start transient timer unit" >&2; exit 1; }
unit=\${*#*--unit=} unit=\${unit%% *}
mkdir -p /run/systemd/transient && : >"/run/systemd/transient/$unit.timer"
`;

export interface Attempt {
  readonly code: number | null;
  readonly output: string;
  readonly complaints: string;
}

/** What a shell printed that was sent `program`. */
export function outcomeOf(shell: ChildProcessWithoutNullStreams, program: string): Promise<Attempt> {
  const printed = { output: "", complaints: "" };
  shell.stdout.on("data", (chunk: Buffer) => {
    printed.output += chunk.toString();
  });
  shell.stderr.on("data", (chunk: Buffer) => {
    printed.complaints += chunk.toString();
  });
  shell.stdin.on("error", () => undefined); // a shell that gave up reads no further
  shell.stdin.end(program);
  return new Promise((resolve, reject) => {
    shell.once("error", reject);
    shell.once("close", (code) => resolve({ code, ...printed }));
  });
}
/** The disk of this machine is not that of the sandbox. */
const SYNC = `#!/bin/sh
printf '%s\\n' "$*" >>/run/synced
`;

/** Programs that stand in for the host's, by name. */
export const standIns = { systemctl: SYSTEMCTL, "systemd-run": SYSTEMD_RUN, sync: SYNC } as const;

export const canSandbox = process.platform === "linux" && process.getuid?.() === 0;

/**
 * The real programs on a real shell, in a mount namespace of their own: what they write to /etc, /var/lib,
 * /run and /usr/local lands below `root`. There is no systemd; a stand-in takes its calls.
 */
export class Sandbox implements Shell {
  readonly name = "sandbox";
  readonly root = mkdtempSync(join(tmpdir(), "tsproxy-sandbox-"));
  /** Whether a new connection can be made, once the kernel has changed. */
  isReachable = true;

  constructor() {
    for (const path of [...PRIVATE, "/usr/local/bin", "/etc/systemd/system", "/run/mount"])
      mkdirSync(this.path(path), { recursive: true });
    for (const [name, text] of Object.entries(standIns)) {
      writeFileSync(this.path(`/usr/local/bin/${name}`), text);
      chmodSync(this.path(`/usr/local/bin/${name}`), 0o755);
    }
  }

  /**
   * From now on, programs are killed before they start another process.
   *
   * @param count of processes that are started first, 0 or more; `null`: they are not killed any more
   */
  killAfter(count: number | null): void {
    for (const name of COMMANDS) {
      const path = this.path(`/usr/local/bin/${name}`);
      rmSync(path, { force: true });
      if (count !== null) writeFileSync(path, DOOMED, { mode: 0o755 });
    }
    if (count === null) rmSync(this.path("/run/left"), { force: true });
    else writeFileSync(this.path("/run/left"), `${count}\n`);
  }

  /** Where a file of the sandbox lies on this machine. */
  path(inside: string): string {
    return join(this.root, inside);
  }

  run(program: string, hearing: Hearing): Promise<string> {
    return conversation(this.start(), program, hearing);
  }

  async greet(): Promise<void> {
    if (this.isReachable) return;
    const facts = { host: this.name, doing: "connect to port 22", because: "no answer within 5 s" };
    throw new HostError("unreachable", facts);
  }

  attempt(program: string): Promise<Attempt> {
    return outcomeOf(this.start(), program);
  }

  /** A shell inside, which runs what it is sent; what it starts is a process group of its own. */
  start(): ChildProcessWithoutNullStreams {
    const mounts = PRIVATE.map((path) => `mount --bind ${this.path(path)} ${path}`).join(" && ");
    return spawn(
      "unshare",
      ["--mount", "--propagation", "private", "sh", "-c", `${mounts} && cd / && exec sh -s`],
      {
        detached: true,
        env: { PATH: "/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
      },
    );
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
