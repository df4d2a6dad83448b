import * as fc from "fast-check";
import ipaddr from "ipaddr.js";
import type { Network } from "../../../../components/render/ipv4.ts";

/** IPv4 arithmetic by numbers, to compare with. */

export function toNumber({ octets }: ipaddr.IPv4): number {
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

export function toAddress(value: number): string {
  return octetsOf(value).join(".");
}

/** Number of addresses. */
export function sizeOf({ prefix }: Network): number {
  return 2 ** (32 - prefix);
}

/** Any address, as a number. */
export const number = fc.integer({ min: 0, max: 2 ** 32 - 1 });

export const network: fc.Arbitrary<Network> = fc
  .tuple(number, fc.integer({ min: 0, max: 32 }))
  .map(([value, prefix]) => ({
    first: new ipaddr.IPv4(octetsOf(value - (value % 2 ** (32 - prefix)))),
    prefix,
  }));

function octetsOf(value: number): number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
}
