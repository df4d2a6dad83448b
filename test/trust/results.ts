import type { Failure } from "./try.ts";

/** What a row came to, when it was last tried. */
export interface RowResult {
  readonly title: string;
  readonly unproved: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly seconds: number;
  readonly seed: number;
  readonly cases: number;
  readonly failures: readonly Failure[];
  /** What was counted on the way. */
  readonly figures: Readonly<Record<string, number>>;
  /** Each of which the trials noticed, or there is a failure that says so. */
  readonly faults: readonly string[];
  readonly command: string;
}

/** By the row's name; a row that was not tried keeps its last result. */
export type Results = Readonly<Record<string, RowResult>>;
