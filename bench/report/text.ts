import { number } from "../../test/workbench/text.ts";
import type { Spread } from "../results.ts";

/** Median and quartiles: `1.31 (1.25 – 1.40)`; a single run has none. */
export function spread({ runs, median, lower, upper }: Spread): string {
  return runs.length === 1 ? number(median) : `${number(median)} (${number(lower)} – ${number(upper)})`;
}

/** How many times as much: `3.8 ×`. */
export const times = (value: number): string => `${number(value)} ×`;
