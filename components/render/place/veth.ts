import { createHash } from "node:crypto";
import ipaddr from "ipaddr.js";
import { type Network, networkOf, showNetwork } from "../ipv4.ts";
import { VETH_RANGE } from "../names.ts";

/** The four addresses between the host and one namespace. */
export interface Veth {
  /** `10.200.0.4/30`. */
  readonly subnet: string;
  /** Address of the host's end. */
  readonly host: string;
  /** Address of the namespace's end. */
  readonly inside: string;
}

/** Where the IPv6 addresses of all pairs are, of which the IPv4 ones are the end; made up by chance (RFC 4193). */
export const VETH6_RANGE = "fd74:5c93:1eb6::/48";

/** The same by IPv6: of a /30 a /126. */
export function veth6Of({ subnet, host, inside }: Veth): Record<"subnet6" | "host6" | "inside6", string> {
  const first = networkOf(subnet).first.toString();
  return { subnet6: `${as6(first)}/126`, host6: as6(host), inside6: as6(inside) };
}

function as6(address: string): string {
  const beginning = ipaddr.IPv6.networkAddressFromCIDR(VETH6_RANGE).toByteArray().slice(0, 12);
  return new ipaddr.IPv6([...beginning, ...ipaddr.IPv4.parse(address).octets]).toRFC5952String();
}

/**
 * The /30 of a tailnet that was given none: the same name always has the same one of the 16,384 in
 * 10.200.0.0/16. Two names may meet; that is found when both are on one gateway.
 */
export function defaultVeth(name: string): string {
  const [high = 0, low = 0] = createHash("sha256").update(name, "utf8").digest();
  const [a = 0, b = 0] = networkOf(VETH_RANGE).first.octets;
  return showNetwork({ first: new ipaddr.IPv4([a, b, high, low & 0b1111_1100]), prefix: 30 });
}

/** Addresses in `network`, which must be a /30. */
export function vethOf(network: Network): Veth {
  return { subnet: showNetwork(network), host: nth(network, 1), inside: nth(network, 2) };
}

/** Address number `n` of a /30, 0 to 3: only the last octet differs. */
function nth({ first }: Network, n: number): string {
  return new ipaddr.IPv4(first.octets.with(3, (first.octets[3] ?? 0) + n)).toString();
}
