import * as fc from "fast-check";
import { addressPattern, networksPattern } from "../../../../../components/render/dns/address-patterns.ts";
import { isAddress } from "../../../../../components/render/ipv4.ts";
import { network, number, sizeOf, toAddress, toNumber } from "../networks.ts";

it("a pattern of networks matches their addresses and no others", () => {
  const networks = fc.array(network, { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(networks, number, fc.double({ min: 0, max: 1, noNaN: true }), (several, anywhere, part) => {
      const pattern = new RegExp(`^(?:${networksPattern(several)})$`);
      for (const one of several) {
        const within = toNumber(one.first) + Math.floor(part * (sizeOf(one) - 1));
        expect(pattern.test(toAddress(within))).toBe(true);
      }
      const inside = several.some((one) => {
        const offset = anywhere - toNumber(one.first);
        return offset >= 0 && offset < sizeOf(one);
      });
      expect(pattern.test(toAddress(anywhere))).toBe(inside);
    }),
  );
});

it("the pattern for addresses agrees with isAddress", () => {
  const octet = fc.oneof(fc.integer({ min: 0, max: 400 }).map(String), fc.constantFrom("00", "01", "", "1a"));
  const pattern = new RegExp(`^${addressPattern}$`);
  fc.assert(
    fc.property(fc.array(octet, { minLength: 3, maxLength: 5 }), (octets) => {
      const text = octets.join(".");
      expect(pattern.test(text)).toBe(isAddress(text));
    }),
  );
});
