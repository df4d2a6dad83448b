import type { Closing } from "../workbench/command.ts";
import type { Fault, Row, Subject, Trial } from "./contract.ts";
import { caseOf } from "./seeded-case.ts";

/** How trials are tried. */
export interface Plan {
  readonly seed: number;
  /** Of each trial. */
  readonly cases: (trial: Trial) => number;
  /** @param done share of the trial, 0 to 1 */
  readonly tell: (what: string, done: number) => void;
  /** Gets what is tried on while it is open, so that an interruption closes it. */
  readonly closing?: Closing;
}

export interface Failure {
  readonly trial: string;
  /** Number of the case; undefined when it was no case that failed. */
  readonly number?: number;
  readonly message: string;
}

export interface Tried {
  readonly cases: number;
  readonly failures: readonly Failure[];
  /** What the trials counted. */
  readonly figures: Readonly<Record<string, number>>;
}

/**
 * Tries a trial with all its cases, whatever some of them come to. One that counted none of what it is about, as a cut
 * that never struck, has shown nothing.
 */
export async function tryAll(trial: Trial, plan: Plan): Promise<Tried> {
  const all = await tried(trial, plan, () => true);
  const isWhole = all.cases > 0 && all.cases >= enough(trial);
  const never = Object.entries(all.figures).flatMap(([figure, count]) => (count === 0 ? [figure] : []));
  if (!isWhole || never.length === 0) return all;
  const failure = { trial: trial.name, message: `counted none of: ${never.join(", ")}` };
  return { ...all, failures: [...all.failures, failure] };
}

/** True when the trial noticed: one of its cases failed, the last that is tried. */
export async function isNoticed({ trial }: Fault, plan: Plan): Promise<boolean> {
  const { failures } = await tried(trial, plan, (failures) => failures.length === 0);
  return failures.length > 0;
}

/** All trials of a row, and then all its faults; a fault that goes unnoticed is a failure. */
export async function tryRow(row: Row, plan: Plan): Promise<Tried> {
  const all: Tried[] = [];
  for (const trial of row.trials) all.push(await tryAll(trial, plan));
  for (const fault of row.faults) {
    plan.tell(`planted: ${fault.name}`, 0);
    const noticed = await isNoticed(fault, { ...plan, cases: (trial) => trial.cases.whole });
    const message = `went unnoticed although it was planted: ${fault.name}`;
    all.push({
      cases: 0,
      failures: noticed ? [] : [{ trial: fault.trial.name, message }],
      figures: { "planted faults": 1 },
    });
  }
  return {
    cases: all.reduce((sum, { cases }) => sum + cases, 0),
    failures: all.flatMap(({ failures }) => failures),
    figures: summed(all.map(({ figures }) => figures)),
  };
}

/** So many that each figure has to be counted: those of `npm test`; all, where that tries none because it would take too long. */
const enough = ({ cases }: Trial) => (cases.fast > 0 ? cases.fast : cases.whole);

async function tried(
  trial: Trial,
  { seed, cases, tell, closing }: Plan,
  goOn: (failures: readonly Failure[]) => boolean,
): Promise<Tried> {
  const wanted = cases(trial);
  const failures: Failure[] = [];
  let number = 0;
  if (wanted === 0) return { cases: 0, failures, figures: {} };
  tell(trial.name, 0);
  // what is just being opened is closed when it is open
  const opening = trial.open();
  const close = async () => (await opening).close();
  closing?.add(close);
  try {
    const subject = await opening;
    for (; number < wanted && goOn(failures); number++) {
      const message = await troubleOf(subject, caseOf(seed, trial.name, number));
      if (message !== undefined) failures.push({ trial: trial.name, number, message });
      tell(trial.name, (number + 1) / wanted);
    }
  } finally {
    await close();
    closing?.delete(close);
  }
  return { cases: number, failures, figures: (await opening).figures?.() ?? {} };
}

async function troubleOf(subject: Subject, one: ReturnType<typeof caseOf>): Promise<string | undefined> {
  try {
    await subject.try(one);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function summed(figures: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const one of figures)
    for (const [name, value] of Object.entries(one)) sums[name] = (sums[name] ?? 0) + value;
  return sums;
}
