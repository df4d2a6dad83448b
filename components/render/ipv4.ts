import ipaddr from "ipaddr.js";

/** An IPv4 network: its first address, and the length of its prefix, 0 to 32. */
export interface Network {
  readonly first: ipaddr.IPv4;
  readonly prefix: number;
}

/** Whether `text` is an IPv4 address in dotted decimal form, without leading zeros. */
export function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text);
}

/**
 * `10.0.0.0/8` or a single address as a network; `null` if it is neither or has bits set behind the prefix.
 *
 * The library also reads `10.1`, `010.0.0.0` and `0xa.0.0.0`, which other programs take for other addresses. So a
 * text counts only if it is how the network is written.
 */
export function parseNetwork(text: string): Network | null {
  const cidr = text.includes("/") ? text : `${text}/32`;
  if (!ipaddr.IPv4.isValidCIDR(cidr)) return null;
  const network = {
    first: ipaddr.IPv4.networkAddressFromCIDR(cidr),
    prefix: ipaddr.IPv4.parseCIDR(cidr)[1],
  };
  return showNetwork(network) === cidr ? network : null;
}

/** The network at `text`. @throws Error if there is none */
export function networkOf(text: string): Network {
  const network = parseNetwork(text);
  if (network === null) throw new Error(`${text} is not a network`);
  return network;
}

/** `10.0.0.0/8`. */
export function showNetwork({ first, prefix }: Network): string {
  return `${first.toString()}/${prefix}`;
}

/** Whether two networks have an address in common. */
export function overlap(one: Network, other: Network): boolean {
  return one.first.match(other.first, Math.min(one.prefix, other.prefix));
}

/** The IPv4 network in a 4via6 network, whose last four bytes it is: `fd7a:115c:a1e0:b1a:0:7:a00:0/120` has `10.0.0.0/24`. */
export function viaNetwork(network: string): string {
  const [address, prefix] = ipaddr.IPv6.parseCIDR(network);
  return showNetwork({ first: new ipaddr.IPv4(address.toByteArray().slice(12)), prefix: prefix - 96 });
}

/** The 4via6 address of an IPv4 address in a site: the inverse of what `viaNetwork` takes out. */
export function viaAddress(site: number, address: ipaddr.IPv4): string {
  const prefix = [0xfd, 0x7a, 0x11, 0x5c, 0xa1, 0xe0, 0x0b, 0x1a, 0, 0, site >> 8, site & 0xff];
  return new ipaddr.IPv6([...prefix, ...address.octets]).toRFC5952String();
}

/** What stands before the IPv4 address in those of a site, without a colon at the end; it may follow in dotted decimal form. */
export function sitePrefix(site: number): string {
  return `fd7a:115c:a1e0:b1a:0:${site.toString(16)}`;
}

/** The 4via6 network of an IPv4 network in a site, as Tailscale and headscale write it. */
export function viaRoute(site: number, { first, prefix }: Network): string {
  return `${viaAddress(site, first)}/${prefix + 96}`;
}
