import type { UnitName } from "../../../providers/engine/kinds/names.ts";

/** What carries the traffic of a place: to a server there, it is the only way out. */
export interface Link {
  /** Its interface in the place. */
  readonly interface: string;
  /** Units after which a process starts that uses the link. */
  readonly units: readonly UnitName[];
  /** Shell command that succeeds once the interface has an IPv4 address. It runs in the place. */
  readonly isReady: string;
  /** True: the firewall of the place refuses packets with an address of the link on any other interface. */
  readonly addressesAreKept: boolean;
  /** IPv4 address of the resolver for names that only this link knows; `null`: it has none. */
  readonly resolver: string | null;
}

/** `isReady` of a link with that interface. */
export function hasAddress(name: string): string {
  return `ip -4 -o addr show dev ${name} 2>/dev/null | grep -q inet`;
}
