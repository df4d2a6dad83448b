import * as fc from "fast-check";
import { isAddress, networkOf, overlap } from "../../../../../components/render/ipv4.ts";
import { VETH_RANGE } from "../../../../../components/render/names.ts";
import { defaultVeth, vethOf } from "../../../../../components/render/place/veth.ts";

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}[a-z0-9]$/);

it("gives a name the same /30 of the range, always", () => {
  fc.assert(
    fc.property(name, (one) => {
      const subnet = networkOf(defaultVeth(one));
      expect(subnet.prefix).toBe(30);
      expect(overlap(subnet, networkOf(VETH_RANGE))).toBe(true);
      expect(defaultVeth(one)).toBe(defaultVeth(one));
    }),
  );
});

it("gives two names either one /30 or two that share no address", () => {
  fc.assert(
    fc.property(name, name, (one, other) => {
      const [mine, theirs] = [defaultVeth(one), defaultVeth(other)];
      expect(overlap(networkOf(mine), networkOf(theirs))).toBe(mine === theirs);
    }),
  );
});

it("spreads names over the range", () => {
  const subnets = new Set(Array.from({ length: 200 }, (_, index) => defaultVeth(`tailnet${index}`)));
  expect(subnets.size).toBeGreaterThan(190);
});

it("uses the two addresses between network and broadcast", () => {
  const veth = vethOf(networkOf("10.200.0.4/30"));
  expect(veth).toEqual({ subnet: "10.200.0.4/30", host: "10.200.0.5", inside: "10.200.0.6" });
  expect(isAddress(veth.host)).toBe(true);
});
