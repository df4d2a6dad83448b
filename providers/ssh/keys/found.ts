import type { Offer, Unusable } from "./offer.ts";

/** What a search for keys has found. */
export interface Found {
  /** In the order in which they are tried. */
  readonly offers: readonly Offer[];
  /** What cannot be used, and why. */
  readonly notes: readonly string[];
  /** What was looked for and is not there. */
  readonly absent: readonly string[];
}

export const NOTHING: Found = { offers: [], notes: [], absent: [] };

export function joined(all: readonly Found[]): Found {
  return {
    offers: all.flatMap(({ offers }) => offers),
    notes: all.flatMap(({ notes }) => notes),
    absent: all.flatMap(({ absent }) => absent),
  };
}

export function sentenceOf({ name, is, remedy }: Unusable): string {
  return `${name} is ${is}: ${remedy}`;
}
