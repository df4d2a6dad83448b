import fc from "fast-check";
import ipaddr from "ipaddr.js";
import { overlap, overlapsOf } from "../../../../components/cli/look/overlaps.ts";

const network = fc
  .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 32 }))
  .map(([third, last, prefix]) => {
    const cidr = `10.0.${third}.${last}/${prefix}`;
    return `${ipaddr.IPv4.networkAddressFromCIDR(cidr)}/${prefix}`;
  });

describe("networks", () => {
  it("overlap both ways, or neither", () =>
    fc.assert(fc.property(network, network, (a, b) => overlap(a, b) === overlap(b, a))));

  it("overlap exactly where one has the first or the last address of the other", () => {
    const has = (cidr: string, address: ipaddr.IPv4) => address.match(ipaddr.IPv4.parseCIDR(cidr));
    const ends = (cidr: string) => [
      ipaddr.IPv4.networkAddressFromCIDR(cidr),
      ipaddr.IPv4.broadcastAddressFromCIDR(cidr),
    ];
    fc.assert(
      fc.property(network, network, (a, b) => {
        const shared = ends(b).some((end) => has(a, end)) || ends(a).some((end) => has(b, end));
        return overlap(a, b) === shared;
      }),
    );
  });

  it.each([
    ["10.0.0.0/24", "fd00::/64"],
    ["0.0.0.0/0", "10.0.0.0/24"],
    ["default", "10.0.0.0/24"],
  ])("do not overlap as %s and %s", (a, b) => expect(overlap(a, b)).toBe(false));

  it("of one tailnet are no overlap, and of two are named once", () => {
    const one = { name: "one", routes: [{ network: "10.0.0.0/8" }, { network: "10.1.0.0/16" }] };
    const two = { name: "two", routes: [{ network: "10.0.0.0/24" }] };
    expect(overlapsOf([one, two])).toEqual([
      { tailnet: "one", network: "10.0.0.0/8", other: "two", otherNetwork: "10.0.0.0/24" },
    ]);
  });
});
