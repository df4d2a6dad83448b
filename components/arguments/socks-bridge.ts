import type { Input } from "@pulumi/pulumi";
import type { GatewaySpec } from "../render/gateway.ts";
import { DEFAULT_SERVER, isServerName, type ServerName, serverNames } from "../render/server/servers.ts";
import { type Checked, check } from "./values/check.ts";
import { port } from "./values/network.ts";
import { choice, group, whole } from "./values/plain.ts";
import type { Problem } from "./values/problem.ts";
import { users } from "./values/users.ts";

/** Arguments of a SOCKS port, its tailnet aside. */
export interface SocksArgs {
  /** TCP port on the gateway's primary address, 1 to 65535. */
  readonly port: number;
  /**
   * Most connections at a time, 16 to 8192; more are refused. With Dante each costs the gateway up to half a megabyte,
   * which stays taken afterwards. @default 512
   */
  readonly maxSessions?: number;
  /**
   * What serves there. `"sing-box"` speaks HTTP as well as SOCKS5 on the same port, and needs `singBox` of the gateway.
   * @default "dante"
   */
  readonly server?: ServerName;
  /**
   * Passwords by user names: only these may connect. Kept secret; a change of any of them ends all sessions of the port.
   * @default none: every machine among the gateway's `clients` may
   */
  readonly users?: Readonly<Record<string, Input<string>>> | undefined;
}

/** @internal Checked arguments of a SOCKS port. */
export interface SocksSettings {
  readonly port: number;
  readonly maxSessions: number;
  readonly server: ServerName;
  /** Passwords by user names. Absent: there are no logins. */
  readonly users?: Readonly<Record<string, Input<string>>> | undefined;
}

const schema = group({
  port,
  maxSessions: whole("a number of connections", 16, 8192).default(512),
  server: choice(serverNames, isServerName).default(DEFAULT_SERVER),
  users,
});

/**
 * @internal
 * Looks at the arguments of a SOCKS port.
 *
 * @param gateway `null` if its own arguments are wrong.
 * @param at put before every path.
 */
export function checkSocks(
  args: unknown,
  gateway: Pick<GatewaySpec, "singBox"> | null = null,
  at = "",
): Checked<SocksSettings> {
  const { settings, problems: found } = check(schema, args, at);
  if (settings === null) return { settings, problems: found };
  const problems = programProblems(settings, gateway, at);
  return problems.length > 0 ? { settings: null, problems } : { settings, problems };
}

function programProblems(
  { server }: SocksSettings,
  gateway: Pick<GatewaySpec, "singBox"> | null,
  at: string,
): Problem[] {
  if (server !== "sing-box" || gateway === null || gateway.singBox !== null) return [];
  const text =
    '"sing-box" is not fetched by the gateway: give the gateway the argument "singBox", for the built-in version {}';
  return [{ path: `${at}server`, text }];
}
