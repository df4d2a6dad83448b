import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import {
  isAddress,
  type Network,
  networkOf,
  overlap,
  parseNetwork,
  showNetwork,
  viaNetwork,
  viaRoute,
} from "../../../../components/render/ipv4.ts";
import { network, number, sizeOf, toAddress, toNumber } from "./networks.ts";

describe("IPv4 addresses", () => {
  it("are four numbers, whatever the numbers", () => {
    fc.assert(fc.property(number, (value) => isAddress(toAddress(value))));
  });

  it.each([
    "",
    "10.1",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.010",
    "0x1.2.3.4",
    "167772161",
    "1.2.3.-4",
    " 1.2.3.4",
    "1.2.3.4\n",
    "1.2.3.4/32",
    "::ffff:1.2.3.4",
    "a.b.c.d",
  ])("are not %j", (text) => expect(isAddress(text)).toBe(false));
});

describe("IPv4 networks", () => {
  it("survive the way to text and back", () => {
    fc.assert(
      fc.property(network, (one) => {
        const text = showNetwork(one);
        expect(text).toBe(`${toAddress(toNumber(one.first))}/${one.prefix}`);
        expect(parseNetwork(text)).toEqual(one);
      }),
    );
  });

  it("overlap exactly when one holds the first address of the other", () => {
    const holds = (one: Network, value: number) =>
      value >= toNumber(one.first) && value < toNumber(one.first) + sizeOf(one);
    fc.assert(
      fc.property(network, network, (one, other) => {
        const wanted = holds(one, toNumber(other.first)) || holds(other, toNumber(one.first));
        expect(overlap(one, other)).toBe(wanted);
        expect(overlap(other, one)).toBe(wanted);
      }),
    );
  });

  it("overlap where one lies in the other, and not beside it", () => {
    const meet = (one: string, other: string) => overlap(networkOf(one), networkOf(other));
    expect(meet("10.0.0.0/8", "10.200.0.4/30")).toBe(true);
    expect(meet("10.200.0.4/30", "10.200.0.8/30")).toBe(false);
    expect(meet("0.0.0.0/0", "255.255.255.255")).toBe(true);
  });

  it.each([
    "10.0.0.1/8",
    "10.0.0.0/33",
    "10.0.0.0/",
    "10.0.0.0/08",
    "10.0.0.0/8/8",
    "10.0.0.0/8 ",
    "10.0.0.0/8\n",
    "10.0.0.0/-8",
    "10.0.0.0/255.0.0.0",
    "010.0.0.0/8",
    "0xa.0.0.0/8",
    "10.0/8",
    "10/8",
    "10",
    "/8",
    "",
    "fd00::/8",
  ])("are not %j", (text) => expect(parseNetwork(text)).toBeNull());

  it("may be a single address", () =>
    expect(parseNetwork("10.0.0.1")).toEqual({ first: new ipaddr.IPv4([10, 0, 0, 1]), prefix: 32 }));

  it("are named when there is none", () =>
    expect(() => networkOf("10.0.0.1/8")).toThrow("10.0.0.1/8 is not a network"));
});

describe("4via6 networks", () => {
  it.each([
    [7, "10.0.0.0/24", "fd7a:115c:a1e0:b1a:0:7:a00:0/120"],
    [0, "10.0.0.0/8", "fd7a:115c:a1e0:b1a::a00:0/104"],
    [65535, "192.168.0.0/16", "fd7a:115c:a1e0:b1a:0:ffff:c0a8:0/112"],
    [7, "240.64.0.0/10", "fd7a:115c:a1e0:b1a:0:7:f040:0/106"],
  ])("of site %d has %s at %s, as Tailscale writes it", (site, network, route) => {
    expect(viaRoute(site, networkOf(network))).toBe(route);
    expect(viaNetwork(route)).toBe(network);
  });
});
