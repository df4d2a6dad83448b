import { type Checked, check } from "./values/check.ts";
import { port } from "./values/network.ts";
import { group } from "./values/plain.ts";

/** Arguments of a SOCKS port, its tailnet aside. */
export interface SocksArgs {
  /** TCP port on the gateway's primary address, 1 to 65535. */
  readonly port: number;
}

/** @internal Checked arguments of a SOCKS port. */
export interface SocksSettings {
  readonly port: number;
}

const schema = group({ port });

/** @internal Looks at the arguments of a SOCKS port. `at` is put before every path. */
export function checkSocks(args: unknown, at = ""): Checked<SocksSettings> {
  return check(schema, args, at);
}
