import { type Checked, check } from "./values/check.ts";
import { port } from "./values/network.ts";
import { group, whole } from "./values/plain.ts";

/** Arguments of a SOCKS port, its tailnet aside. */
export interface SocksArgs {
  /** TCP port on the gateway's primary address, 1 to 65535. */
  readonly port: number;
  /**
   * Most connections at a time, 16 to 8192; more are refused. Each costs the gateway up to half a megabyte, which stays
   * taken afterwards. @default 512
   */
  readonly maxSessions?: number;
}

/** @internal Checked arguments of a SOCKS port. */
export interface SocksSettings {
  readonly port: number;
  readonly maxSessions: number;
}

const schema = group({ port, maxSessions: whole("a number of connections", 16, 8192).default(512) });

/** @internal Looks at the arguments of a SOCKS port. `at` is put before every path. */
export function checkSocks(args: unknown, at = ""): Checked<SocksSettings> {
  return check(schema, args, at);
}
