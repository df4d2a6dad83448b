import { say } from "../toolchain/progress.ts";
import type { Closing } from "../workbench/command.ts";
import { answer } from "../workbench/processes.ts";
import type { Row } from "./contract.ts";
import type { RowResult } from "./results.ts";
import { rows } from "./rows/index.ts";
import { type Plan, tryRow } from "./try.ts";

/** What the trust command says to the process of a row, asked for. */
interface Wanted {
  readonly row: string;
  readonly seed: number;
  /** Of each trial; what the trial itself says without it. */
  readonly cases?: number;
}

async function resultOf(row: Row, { seed, cases }: Wanted, closing: Closing): Promise<RowResult> {
  const start = performance.now();
  const plan: Plan = {
    seed,
    cases: (trial) => cases ?? trial.cases.whole,
    tell: teller(row.name),
    closing,
  };
  const tried = await tryRow(row, plan);
  return {
    title: row.title,
    unproved: row.unproved,
    at: new Date().toISOString(),
    seconds: (performance.now() - start) / 1000,
    seed,
    ...tried,
    faults: row.faults.map(({ name }) => name),
    command: [
      `npm run trust -- --only ${row.name}`,
      ...(seed === 1 ? [] : [`--seed ${seed}`]),
      ...(cases === undefined ? [] : [`--cases ${cases}`]),
    ].join(" "),
  };
}

/** Says at once what begins, and then at most every five seconds how far it is. */
function teller(row: string): Plan["tell"] {
  let told = { what: "", at: 0 };
  return (what, done) => {
    const now = performance.now();
    if (what === told.what && now - told.at < 5000) return;
    told = { what, at: now };
    say(`${row}: ${what} (${Math.floor(done * 100)} %)`);
  };
}

await answer((wanted: Wanted, closing) => {
  const row = rows.find(({ name }) => name === wanted.row);
  if (row === undefined) throw new Error(`no such row: ${wanted.row}`);
  return resultOf(row, wanted, closing);
});
