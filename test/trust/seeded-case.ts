import type { Case } from "./contract.ts";

/** Case `number` of the trial with that name. */
export function caseOf(seed: number, trial: string, number: number): Case {
  const next = numbers(seed ^ hashOf(`${trial}\n${number}`));
  const below = (limit: number) => Math.floor(next() * limit);
  return {
    seed,
    number,
    below,
    pick(items) {
      return items[below(items.length)] ?? items[0];
    },
    shuffled<T>(items: readonly T[]): T[] {
      const drawn = items.map((item) => ({ item, at: next() }));
      return drawn.sort((a, b) => a.at - b.at).map(({ item }) => item);
    },
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text, "utf8")) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Mulberry32, by Tommy Ettinger: numbers from 0 to less than 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
