import type { Case, Subject, Trial } from "./contract.ts";

/** Adds one to what is counted under that name. */
export type Count = (figure: string) => void;

/** A trial whose cases share nothing but their counts. */
export function inMemory(
  name: string,
  how: Pick<Trial, "cases"> & {
    readonly on?: Trial["on"];
    readonly try: (one: Case, count: Count) => Promise<void>;
  },
): Trial {
  return {
    name,
    on: how.on ?? "memory",
    cases: how.cases,
    async open(): Promise<Subject> {
      const counts: Record<string, number> = {};
      const count: Count = (figure) => {
        counts[figure] = (counts[figure] ?? 0) + 1;
      };
      return { try: (one) => how.try(one, count), close: async () => {}, figures: () => counts };
    },
  };
}
