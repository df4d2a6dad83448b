import type { Input } from "@pulumi/pulumi";
import type { GatewaySpec } from "../render/gateway.ts";
import {
  DEFAULT_SERVER,
  isServerName,
  type ServerName,
  serverNames,
  unfitServers,
} from "../render/server/servers.ts";
import { contains, nameLike } from "./suffix-dns.ts";
import { type Checked, check } from "./values/check.ts";
import { port } from "./values/network.ts";
import { choice, group, list, whole } from "./values/plain.ts";
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
   * What serves there: `"sing-box"` speaks SOCKS5 and HTTP on the same port, `"dante"` SOCKS5 only.
   * @default "sing-box"
   */
  readonly server?: ServerName;
  /**
   * Passwords by user names: only these may connect. Kept secret; a change of any of them ends all sessions of the port.
   * @default none: every machine among the gateway's `clients` may
   */
  readonly users?: Readonly<Record<string, Input<string>>> | undefined;
  /**
   * Ends of the names for which the gateway's `onePort` leads here: suffixes, and the domain of the tailnet. None keeps
   * the tailnet out of it. @default the name of the tailnet, which is its suffix by default; in a configuration those of
   * `dns`
   */
  readonly onePortNames?: readonly string[];
}

/** @internal Checked arguments of a SOCKS port. */
export interface SocksSettings {
  readonly port: number;
  readonly maxSessions: number;
  readonly server: ServerName;
  /** Passwords by user names. Absent: there are no logins. */
  readonly users?: Readonly<Record<string, Input<string>>> | undefined;
  /** Empty: the gateway's one port does not lead here, or there is none. */
  readonly onePortNames: readonly string[];
}

const schema = group({
  port,
  maxSessions: whole("a number of connections", 16, 8192).default(512),
  server: choice(serverNames, isServerName, unfitServers).default(DEFAULT_SERVER),
  users,
  onePortNames: list("a list of DNS names", nameLike("work.internal")).optional(),
});

/** What the arguments of a SOCKS port are looked at with. */
export interface SocksSite {
  readonly gateway: Pick<GatewaySpec, "onePort">;
  readonly tailnet: { readonly name: string };
}

/**
 * @internal
 * Looks at the arguments of a SOCKS port.
 *
 * @param site `null` if the arguments of its tailnet or gateway are wrong.
 * @param at put before every path.
 */
export function checkSocks(args: unknown, site: SocksSite | null = null, at = ""): Checked<SocksSettings> {
  const { settings: written, problems: found } = check(schema, args, at);
  if (written === null) return { settings: written, problems: found };
  const { onePortNames = site?.gateway.onePort ? [site.tailnet.name] : [], ...plain } = written;
  const settings = { ...plain, onePortNames };
  const problems = onePortProblems(settings, site, at);
  return problems.length > 0 ? { settings: null, problems } : { settings, problems };
}

/**
 * @internal What is unwise about the names by which the one port leads to a tailnet, or `null`.
 *
 * @param ends suffix and domains of the tailnet, as far as they are known yet.
 */
export function onePortWarning(names: readonly string[], ends: readonly string[]): string | null {
  const [suffix] = ends;
  const isLed = ends.some((end) => names.some((name) => contains(name, end)));
  if (suffix === undefined || names.length === 0 || isLed) return null;
  const given = names.map((name) => `"${name}"`).join(", ");
  return (
    `the gateway's one port leads to this tailnet by ${given}, and refuses names below "${suffix}", its suffix: give the ` +
    `SocksBridge onePortNames: ${JSON.stringify(ends)}`
  );
}

function onePortProblems(
  { onePortNames, users: logins }: SocksSettings,
  site: SocksSite | null,
  at: string,
): Problem[] {
  if (onePortNames.length === 0 || site === null) return [];
  if (site.gateway.onePort === null) {
    const text = 'has no meaning without the argument "onePort" of the gateway';
    return [{ path: `${at}onePortNames`, text }];
  }
  if (logins === undefined) return [];
  const text =
    'cannot be asked for by the gateway\'s "onePort", which has no logins and would let everybody in; "onePortNames": [] keeps the tailnet out of it';
  return [{ path: `${at}users`, text }];
}
