import ipaddr from "ipaddr.js";
import { isAddress, networkOf, overlap, parseNetwork } from "../../render/ipv4.ts";
import { isAddress6 } from "../../render/ipv6.ts";
import { PRIVATE } from "../../render/ranges.ts";
import { text, whole } from "./plain.ts";

/** Arguments that are addresses, networks and names in them. */

export const port = whole("a port", 1, 65535);

export const address = text('an IPv4 address, for example "100.64.0.10"', isAddress);

/** Of one machine, and by it no IPv4 address is meant. */
export const address6 = text(
  'an IPv6 address of one machine, for example "fd7a:115c:a1e0::10"',
  (value) => isAddress6(value) && ["uniqueLocal", "unicast"].includes(ipaddr.IPv6.parse(value).range()),
);

/** An IPv4 network or address. `0.0.0.0/0` and the like would take the point out of a list of exceptions. */
export const network = text('an IPv4 network of /8 or smaller, for example "192.168.1.0/24"', isNetwork);

/** An IPv4 or IPv6 network, or one address. */
export const anyNetwork = text(
  'a network or an address, for example "100.64.0.0/10" or "fd7a:115c:a1e0::/48"',
  (value) => parseNetwork(value) !== null || isNetwork6(value, 0) || isAddress6(value),
);

/** A network that a node offers to its tailnet. */
export const route = text(
  'an IPv4 network of /8 or smaller, for example "192.168.1.0/24", or a 4via6 network',
  (value) => isNetwork(value) || (value.startsWith("fd7a:115c:a1e0:b1a:") && isNetwork6(value, 96)),
);

/** A namespace cannot ask the host's own resolver; 100.100.100.100 is the tailnet's. */
export const resolver = text(
  "the IPv4 address of a resolver off this host",
  (value) => isAddress(value) && !/^(?:127|0)\./.test(value) && value !== "100.100.100.100",
);

/** Between the host and a namespace. */
export const vethNetwork = text('a private /30, for example "10.200.0.4/30"', (value) => {
  const subnet = parseNetwork(value);
  return subnet?.prefix === 30 && PRIVATE.some((range) => overlap(networkOf(range), subnet));
});

/** One label of a host name. */
export const hostLabel = text("a host name of 1 to 63 lower-case letters, digits and hyphens", (value) =>
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value),
);

export const interfaceName = text('an interface name, for example "tailscale0"', (value) =>
  /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(value),
);

function isNetwork(value: string): boolean {
  const parsed = parseNetwork(value);
  return parsed !== null && parsed.prefix >= 8;
}

/** @param shortest prefix that is allowed */
function isNetwork6(value: string, shortest: number): boolean {
  const [first = "", length = "", ...rest] = value.split("/");
  const isPrefix = /^\d{1,3}$/.test(length) && Number(length) >= shortest && Number(length) <= 128;
  return rest.length === 0 && isAddress6(first) && isPrefix;
}
