import { fill } from "../template.ts";
import { memoryFor } from "../unit/limits.ts";
import { SOCKETS_ONLY } from "../unit/sandbox.ts";
import { command, type Entry } from "../unit/text.ts";
import {
  danteLogins,
  PAM_FILE,
  PAM_PACKAGES,
  PAM_REQUIREMENTS,
  PAM_SERVICE,
  pamText,
} from "./dante-logins.ts";
import type { Program, Server, Setting } from "./server.ts";

const PORT = 1080;

/** Dante: SOCKS5. Without an address on `external` it would look for a host of that name and hang. */
export const dante: Server = {
  port: PORT,
  speaks: ["socks5"],
  bindsToLink: true,
  program: (setting) => {
    const hasLogins = setting.users.length > 0;
    return {
      files: { "danted.conf": text(setting), ...(hasLogins && { [PAM_FILE]: pamText(setting) }) },
      commands: commands(setting.config),
      ...(hasLogins && { logins: danteLogins(setting) }),
      sandbox: SANDBOX,
      limits: { memory: memoryFor(setting.sessions), tasks: tasksFor(setting.sessions) },
      packages: { "dante-server": { keepOff: ["danted.service"] }, ...(hasLogins && PAM_PACKAGES) },
      requirements: [...REQUIREMENTS, ...(hasLogins ? PAM_REQUIREMENTS : [])],
    };
  },
};

function text({ tailnet: name, link, users, blocked }: Setting): string {
  const hasLogins = users.length > 0;
  return fill("server/danted.conf", {
    ...{ name, port: PORT, interface: link.interface, blocked },
    method: hasLogins ? "pam.username" : "none",
    pam: hasLogins ? [PAM_SERVICE] : [],
  });
}

function commands(config: Setting["config"]): Entry[] {
  const file = `${config}/danted.conf`;
  return [
    ["ExecStart", command("/usr/sbin/danted", "-f", file, "-p", "/tmp/danted.pid")],
    // A hang-up makes it forget the names it looked up, failures too; a faulty file would end it.
    ["ExecReload", command("/usr/sbin/danted", "-V", "-f", file)],
    ["ExecReload", "/bin/kill -HUP $MAINPID"],
  ];
}

/**
 * It has a process for 32 connections, and for a moment one more for each of those that come at once. It ends none
 * of them when they are idle, and has no setting for that.
 */
function tasksFor(sessions: number): number {
  return 128 + Math.ceil(sessions / 2);
}

/** It asks to change its user even when there is nothing to change, so @privileged calls fail instead of killing. */
const SANDBOX: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["CapabilityBoundingSet", ""],
  ...SOCKETS_ONLY,
  ["SystemCallFilter", "@system-service"],
];

const REQUIREMENTS: Program["requirements"] = [
  {
    kind: "package",
    name: "dante-server",
    instead: "use Debian 12 or Ubuntu (universe) on the gateway, or install a dante-server package by hand",
  },
];
