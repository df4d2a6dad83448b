import { hostKeyIn } from "../../host-key.ts";
import { same } from "../records.ts";
import type { Connection } from "../state/outputs.ts";

/**
 * An address may come to show another key: the host was installed anew, or the key is mistyped. Then the host
 * is asked before anything is done; a replacement would begin with removing what works.
 */
export function isSameHost(a: Connection, b: Connection): boolean {
  return same(addressOf(a), addressOf(b)) || isSameKey(a.hostKey, b.hostKey);
}

/** The same address, which shows the same key. A key alone does not tell a machine from its clone. */
export function isSameMachine(a: Connection, b: Connection): boolean {
  return same(addressOf(a), addressOf(b)) && isSameKey(a.hostKey, b.hostKey);
}

/** Behind another port, or another jump host, the same name is another host. */
export function addressOf({ host, port, jump }: Connection): unknown {
  return [host, port ?? 22, jump && addressOf(jump)];
}

/** The host's name before the key and the comment behind it may change freely. */
function isSameKey(a: string, b: string): boolean {
  return same(hostKeyIn(a) ?? a, hostKeyIn(b) ?? b);
}
