import { BlockList, isIPv6 } from "node:net";
import * as fc from "fast-check";
import {
  addressPattern,
  hyphenated,
  hyphenatedPieces,
  networksPattern,
  refusedHyphenatedPattern,
} from "../../../../../components/render/dns/address-patterns.ts";
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

describe("the patterns for IPv6 addresses with hyphens", () => {
  const group = fc.constantFrom("0", "00", "0000", "1", "ff02", "fe80", "febf", "fec0", "fd00", "abcde", "g");
  const groups = fc.array(group, { maxLength: 9 }).map((several) => several.join("-"));
  const label = fc.oneof(
    groups,
    fc.tuple(groups, groups).map((sides) => sides.join("--")),
  );
  const colons = (text: string) => text.replaceAll("-", ":");
  const patterns = { ...hyphenated, refused: refusedHyphenatedPattern, pieces: hyphenatedPieces };
  const matches = (pattern: keyof typeof patterns, text: string) =>
    new RegExp(`^(?:${patterns[pattern]})$`).exec(text);
  // what begins with two colons is none of a machine
  const isMeant = (text: string) => isIPv6(colons(text)) && !text.startsWith("-");

  it("match what is an address with colons, and nothing else", () => {
    fc.assert(
      fc.property(label, (text) => {
        const isShortened = matches("shortened", text) !== null && matches("tooMany", text) === null;
        expect(matches("whole", text) !== null || isShortened).toBe(isMeant(text));
      }),
      { numRuns: 5000 },
    );
  });

  it("take an address to pieces without a loss", () => {
    fc.assert(
      fc.property(label, (text) => {
        fc.pre(isMeant(text));
        expect(matches("pieces", text)?.slice(1).join("")).toBe(text);
      }),
      { numRuns: 5000 },
    );
  });

  it("refuse loopback, IPv4 in another form, link-local and multicast addresses", () => {
    const list = new BlockList();
    for (const [network, length] of [
      ["::", 16],
      ["fe80::", 10],
      ["ff00::", 8],
    ] as const)
      list.addSubnet(network, length, "ipv6");
    fc.assert(
      fc.property(label, (text) => {
        fc.pre(isMeant(text));
        expect(matches("refused", text) !== null).toBe(list.check(colons(text), "ipv6"));
      }),
      { numRuns: 5000 },
    );
  });
});
