import { KERNEL_SCRIPT, NETNS_PREFIX, TAILNET4, TAILNET6 } from "./names.ts";
import { fill } from "./template.ts";

/** Destinations that are no part of the internet: this network, private, shared, loopback, link-local, multicast, reserved. */
const NOT_INTERNET = [
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

/**
 * Rules of every tailnet's nft tables: the Gateway's file, and part of what the unit of each namespace reads.
 *
 * @param primaryInterface of the host's primary tailnet, closed to all others.
 */
export function firewall(primaryInterface: string): string {
  return fill("firewall", {
    program: KERNEL_SCRIPT,
    netnsPrefix: NETNS_PREFIX,
    primaryInterface,
    closed: NOT_INTERNET.join(", "),
    tailnet4: TAILNET4,
    tailnet6: TAILNET6,
  });
}
