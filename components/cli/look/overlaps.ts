import ipaddr from "ipaddr.js";
import type { GatewayStatus, TailnetStatus } from "./shape.ts";

type Offer = Pick<TailnetStatus, "name"> & {
  readonly routes: readonly Pick<TailnetStatus["routes"][number], "network">[];
};

/** Networks of different tailnets that share addresses, each pair once. A default route is none: it covers all. */
export function overlapsOf(tailnets: readonly Offer[]): GatewayStatus["overlaps"] {
  return tailnets.flatMap(({ name: tailnet, routes }, index) =>
    tailnets
      .slice(index + 1)
      .flatMap(({ name: other, routes: others }) =>
        routes.flatMap(({ network }) =>
          others
            .filter(({ network: otherNetwork }) => overlap(network, otherNetwork))
            .map(({ network: otherNetwork }) => ({ tailnet, network, other, otherNetwork })),
        ),
      ),
  );
}

/** Whether two networks share an address: the wider one has the other's first. */
export function overlap(one: string, other: string): boolean {
  if (!ipaddr.isValidCIDR(one) || !ipaddr.isValidCIDR(other)) return false;
  const [address, prefix] = ipaddr.parseCIDR(one);
  const [otherAddress, otherPrefix] = ipaddr.parseCIDR(other);
  if (address.kind() !== otherAddress.kind()) return false;
  const shorter = Math.min(prefix, otherPrefix);
  return shorter > 0 && address.match(otherAddress, shorter);
}
