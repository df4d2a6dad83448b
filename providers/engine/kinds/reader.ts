import { namedThings, type StepTable } from "./kind.ts";
import { isUnit, type UnitName } from "./names.ts";

/**
 * Units of other resources that read files of this one. They are reloaded where they run when such a file was written
 * or removed, unless a unit of this resource starts in the same run: that one tells them by itself.
 */
export type Readers = readonly UnitName[];

export const ownedReaders = namedThings(
  "reader",
  (readers: Readers) => readers,
  ([unit]) => (isUnit(unit) ? unit : null),
);

export interface ReaderSteps {
  /** A unit that cannot be reloaded is told of by a warning. */
  tell: { readonly units: readonly UnitName[] };
}

export const readerSteps: StepTable<ReaderSteps> = {
  tell: {
    phase: "finish",
    call: ({ units }) => ["tell", ...units],
    words: ({ units }) => `tell ${units.join(" ")}`,
  },
};
