import { entries, mapValues, union } from "../records.ts";

/**
 * How a manifest tells what a resource owns of one kind. `Wanted` is the kind's part of a desired state, `Owned` what
 * is needed to take its things away again.
 */
export interface Ownership<Wanted, Owned> {
  readonly none: Owned;
  of(wanted: Wanted): Owned;
  /** Both together; where they differ in how something is taken away, `newer` wins. */
  join(newer: Owned, older: Owned): Owned;
  /** Words of the manifest's lines, the first of which is the kind's own word. */
  lines(owned: Owned): string[][];
  /** The reverse, for the words behind the first one; `null`: no line of this kind. */
  read(words: readonly string[]): Owned | null;
}

/** Things of which the name is all that counts. @param words of the name, if it is more than one */
export function namedThings<Wanted, Name extends string>(
  word: string,
  of: (wanted: Wanted) => readonly Name[],
  read: (words: readonly string[]) => Name | null,
  words: (name: Name) => readonly string[] = (name) => [name],
): Ownership<Wanted, readonly Name[]> {
  return {
    none: [],
    of,
    join: union,
    lines: (names) => names.map((name) => [word, ...words(name)]),
    read(words) {
      const name = read(words);
      return name === null ? null : [name];
    },
  };
}

/** Things by name, each with how it is taken away. */
export function describedThings<Name extends string, Spec, How>(
  word: string,
  of: (spec: Spec) => How,
  words: (how: How) => readonly string[],
  read: (words: readonly string[]) => readonly [Name, How] | null,
): Ownership<Readonly<Record<Name, Spec>>, Readonly<Record<Name, How>>> {
  return {
    none: Object.fromEntries([]) as Readonly<Record<Name, How>>,
    of: (specs) => mapValues(specs, of),
    join: (newer, older) => ({ ...older, ...newer }),
    lines: (owned) => entries(owned).map(([name, how]) => [word, name, ...words(how)]),
    read(found) {
      const thing = read(found);
      return thing === null ? null : (Object.fromEntries([thing]) as Readonly<Record<Name, How>>);
    },
  };
}

/** One program does the steps of several resources phase by phase; within a resource the steps keep their order. */
export const PHASES = ["prepare", "reload", "kernel", "start", "finish"] as const;

export type Phase = (typeof PHASES)[number];

/** What a step of a plan is: when it is done, how it is called, what errors and progress lines call it. */
export interface StepKind<S> {
  readonly phase: Phase | ((step: S) => Phase);
  /**
   * The function of the shell program that does it, with its arguments. `key` is the resource's.
   * The function says what it does, and returns non-zero when the plan must stop.
   */
  readonly call: (step: S, key: string) => readonly string[];
  readonly words: (step: S) => string;
}

/** One of the steps of a kind, `Steps` has the fields of each. */
export type StepOf<Steps extends object, Word extends keyof Steps = keyof Steps> = {
  [W in Word]: { readonly do: W } & Steps[W];
}[Word];

/** The steps of a kind by their word; `Steps` has the fields of each. */
export type StepTable<Steps extends object> = {
  readonly [Word in keyof Steps]: StepKind<{ readonly do: Word } & Steps[Word]>;
};
