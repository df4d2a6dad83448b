import type { Row, Trial } from "./contract.ts";
import { isNoticed, type Plan, tryAll } from "./try.ts";

const SEED = 1;
const DEADLINE_MS = 300_000;
const PLAN: Plan = { seed: SEED, cases: (trial) => trial.cases.fast, tell: () => {} };

/**
 * The part of a row that `npm test` holds: a few cases of each trial, and every planted fault. Laboratory trials are
 * tests of their own, since those run one after the other.
 */
export function trustTests(row: Row, where: "without a laboratory" | "in a laboratory"): void {
  const isHere = ({ on, cases }: Trial) =>
    cases.fast > 0 && (on === "laboratory") === (where === "in a laboratory");
  const trials = row.trials.filter(isHere);
  const faults = row.faults.filter(({ trial }) => isHere(trial));
  if (trials.length + faults.length === 0) return;
  describe(`trust in the face of ${row.title}`, () => {
    jest.setTimeout(DEADLINE_MS);
    for (const trial of trials)
      it(trial.name, async () => expect((await tryAll(trial, PLAN)).failures).toEqual([]));
    for (const fault of faults)
      it(`would be lost, and is seen to be, if ${fault.name}`, async () =>
        expect(await isNoticed(fault, PLAN)).toBe(true));
  });
}
