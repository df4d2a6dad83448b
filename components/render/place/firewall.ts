import { KERNEL_SCRIPT, NETNS_PREFIX } from "../names.ts";
import { fill } from "../template.ts";

/** Destinations that are no part of the internet: this network, private, shared, loopback, link-local, multicast, reserved. */
export const NOT_INTERNET = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** The same as an extended regular expression (of awk and grep) for addresses, and for networks that begin with one. */
export const NOT_INTERNET_PATTERN =
  "^(0|10|127|169\\.254|192\\.168|192\\.0\\.0|172\\.(1[6-9]|2[0-9]|3[01])|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])|22[4-9]|2[3-5][0-9])\\.";

/**
 * What the rules of a namespace say of the link there. The file is one for all namespaces of a host: where two kinds
 * of links meet on one, these become settings of each namespace (netns.conf), as its addresses are.
 */
export interface LinkNetwork {
  /** Its interface. */
  readonly interface: string;
  /** Networks (CIDR) of the addresses that it gives to nodes: IPv4 and IPv6. */
  readonly network4: string;
  readonly network6: string;
}

/**
 * Rules of every tailnet's nft tables: the Gateway's file, and part of what the unit of each namespace reads.
 *
 * @param primaryInterface of the host's primary tailnet, closed to all others.
 */
export function firewall(primaryInterface: string, link: LinkNetwork): string {
  return fill("place/firewall", {
    program: KERNEL_SCRIPT,
    netnsPrefix: NETNS_PREFIX,
    primaryInterface,
    closed: NOT_INTERNET.join(", "),
    link: link.interface,
    tailnet4: link.network4,
    tailnet6: link.network6,
  });
}
