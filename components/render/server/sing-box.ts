import { UNPRIVILEGED } from "../unit/sandbox.ts";
import type { Program, Server, Setting } from "./server.ts";
import { singBoxFile, singBoxLimits, singBoxStart } from "./sing-box-process.ts";

const PORT = 1080;

const CONFIG_FILE = "sing-box.json";

/** sing-box: SOCKS5 and HTTP on one port. It answers CONNECT before it has tried to connect. */
export const singBox: Server = {
  port: PORT,
  speaks: ["socks5", "http"],
  bindsToLink: false,
  program: (setting) => ({
    files: {
      [CONFIG_FILE]: singBoxFile(
        `SOCKS5 and HTTP into tailnet ${setting.tailnet}, for the relay of this namespace only`,
        config(setting),
      ),
    },
    ...(setting.users.length > 0 && { logins: loginsOf(setting.users) }),
    commands: [singBoxStart(setting.singBoxVersion, configFiles(setting))],
    sandbox: UNPRIVILEGED,
    limits: singBoxLimits(setting.sessions),
    packages: {},
    requirements: [],
  }),
};

const INBOUND = { type: "mixed", tag: "in", listen: "127.0.0.1", listen_port: PORT };

/** It puts several files together; where there are logins, the port is in the one on standard input and in no other. */
function configFiles({ config, users }: Setting): string[] {
  return ["-c", `${config}/${CONFIG_FILE}`, ...(users.length > 0 ? ["-c", "stdin"] : [])];
}

function loginsOf(users: readonly string[]): NonNullable<Program["logins"]> {
  const open = JSON.stringify(INBOUND).slice(0, -1);
  return {
    print: [
      `  printf '%s' '{"inbounds":[${open},"users":['`,
      "  comma=",
      `  for user in ${users.join(" ")}; do`,
      // on its own, so that a file that is missing stops the script, and is no empty password
      '    password=$(cat "$user")',
      `    printf '%s{"username":"%s","password":"%s"}' "$comma" "$user" "$password"`,
      "    comma=,",
      "  done",
      "  echo ']}]}'",
    ].join("\n"),
    lines: (ready) => [["StandardInput", `file:${ready}`]],
  };
}

/**
 * A name is resolved before the rules about addresses, and what it led to then is what is connected to. A socket that
 * is bound to the link leaves by no other interface, also while the link is gone.
 */
function config({ link, blocked, users }: Setting): object {
  return {
    // One level below, it writes the passwords that it has refused.
    log: { level: "fatal", timestamp: false },
    dns: {
      // By its resolv.conf, and saying how large an answer may be: one that was cut off it would ask for by TCP, which the
      // guard refuses.
      servers: [{ type: "local", tag: "inside" }],
      final: "inside",
      strategy: "prefer_ipv4",
      // The resolver there remembers, and what it does not know yet is asked for again.
      disable_cache: true,
    },
    ...(users.length === 0 && { inbounds: [INBOUND] }),
    outbounds: [{ type: "direct", tag: "out", bind_interface: link.interface, connect_timeout: "20s" }],
    route: {
      rules: [
        { network: "udp", action: "reject" },
        { action: "resolve" },
        { ip_cidr: [...blocked, MAPPED], action: "reject" },
      ],
      final: "out",
      default_domain_resolver: "inside",
    },
  };
}

/** IPv4 addresses in the form of IPv6 ones. */
const MAPPED = "::ffff:0:0/96";
