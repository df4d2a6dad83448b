import * as fc from "fast-check";
import {
  addressPattern,
  isAddress,
  networksPattern,
  overlap,
  parseNetwork,
  showNetwork,
  sizeOf,
  toAddress,
  toNumber,
} from "../../../components/render/ipv4.ts";

const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const network = fc
  .tuple(number, fc.integer({ min: 0, max: 32 }))
  .map(([value, prefix]) => ({ first: value - (value % 2 ** (32 - prefix)), prefix }));

describe("IPv4 addresses", () => {
  it("survive the way to a number and back", () => {
    fc.assert(
      fc.property(number, (value) => toNumber(toAddress(value)) === value && isAddress(toAddress(value))),
    );
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.-4",
    " 1.2.3.4",
    "1.2.3.4\n",
    "a.b.c.d",
  ])("are not %j", (text) => expect(isAddress(text)).toBe(false));
});

describe("IPv4 networks", () => {
  it("survive the way to text and back", () => {
    fc.assert(fc.property(network, (one) => expect(parseNetwork(showNetwork(one))).toEqual(one)));
  });

  it("overlap exactly when one holds the first address of the other", () => {
    const holds = (one: { first: number; prefix: number }, value: number) =>
      value >= one.first && value < one.first + sizeOf(one);
    fc.assert(
      fc.property(network, network, (one, other) => {
        expect(overlap(one, other)).toBe(holds(one, other.first) || holds(other, one.first));
        expect(overlap(one, other)).toBe(overlap(other, one));
      }),
    );
  });

  it("have a pattern that matches their own addresses and no others", () => {
    const networks = fc.array(network, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(networks, number, fc.double({ min: 0, max: 1, noNaN: true }), (several, anywhere, part) => {
        const pattern = new RegExp(`^(?:${networksPattern(several)})$`);
        for (const one of several) {
          const within = one.first + Math.floor(part * (sizeOf(one) - 1));
          expect(pattern.test(toAddress(within))).toBe(true);
        }
        const inside = several.some((one) => anywhere >= one.first && anywhere < one.first + sizeOf(one));
        expect(pattern.test(toAddress(anywhere))).toBe(inside);
      }),
    );
  });

  it.each(["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/08", "10.0.0.0/8/8", "fd00::/8"])(
    "are not %j",
    (text) => expect(parseNetwork(text)).toBeNull(),
  );

  it("may be a single address", () =>
    expect(parseNetwork("10.0.0.1")).toEqual({ first: 167772161, prefix: 32 }));
});

it("has a pattern for addresses that agrees with isAddress", () => {
  const octet = fc.oneof(fc.integer({ min: 0, max: 400 }).map(String), fc.constantFrom("00", "01", "", "1a"));
  const pattern = new RegExp(`^${addressPattern}$`);
  fc.assert(
    fc.property(fc.array(octet, { minLength: 3, maxLength: 5 }), (octets) => {
      const text = octets.join(".");
      expect(pattern.test(text)).toBe(isAddress(text));
    }),
  );
});
