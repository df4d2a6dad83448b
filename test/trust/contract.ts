/** A source of chance for one case: the same seed and number give the same answers. */
export interface Case {
  /** Of the whole run, and the number of this case in its trial, from 0 on. */
  readonly seed: number;
  readonly number: number;
  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number;
  pick<T>(items: readonly [T, ...T[]]): T;
  /** All of them, in a random order. */
  shuffled<T>(items: readonly T[]): T[];
}

/** One property, tried with many cases. */
export interface Trial {
  /** What must hold, as a sentence. */
  readonly name: string;
  /** Where: in this process, with programs on this machine, or in a laboratory, which needs root and Linux. */
  readonly on: "memory" | "machine" | "laboratory";
  /** How many there are in `npm test`, and in `npm run trust` unless it is told otherwise. */
  readonly cases: { readonly fast: number; readonly whole: number };
  /** Makes ready what all cases share. */
  open(): Promise<Subject>;
}

/** What cases are tried on. */
export interface Subject {
  /** @throws Error when the property does not hold */
  try(one: Case): Promise<void>;
  /** Ends and removes everything that `open` and the cases made. */
  close(): Promise<void>;
  /** What was counted on the way, such as cuts or inputs, by name; for the table. */
  figures?(): Readonly<Record<string, number>>;
}

/** A defect that is made on purpose: the trial has to fail, or it proves nothing. */
export interface Fault {
  /** What is broken, as in a sentence: `the lock is not taken`. */
  readonly name: string;
  /** The property as it is tried elsewhere, on something broken. Tried until one case fails. */
  readonly trial: Trial;
}

/** One line of docs/trust.md. */
export interface Row {
  /** As typed after `--only`. */
  readonly name: string;
  /** In the table. */
  readonly title: string;
  /** What the trials cannot show, in whole sentences; empty when nothing is left out. */
  readonly unproved: string;
  readonly trials: readonly [Trial, ...Trial[]];
  /** At least one: a row that cannot fail shows nothing. */
  readonly faults: readonly [Fault, ...Fault[]];
}
