import type { Say } from "../plan/explain.ts";
import { outlineOf } from "../state/outline.ts";
import { type Connection, type HostStateOutputs, recordedIn } from "../state/outputs.ts";
import { desiredIn } from "../state/stored-desired.ts";
import { changeInWords } from "./change-in-words.ts";
import type { HostStateInputs } from "./inputs.ts";
import type { PulumiRun } from "./run.ts";

const LINES_MAX = 10;

/** Lines of one resource, as one message: not more than can be read at a glance, since `--diff` shows all. */
export function sayTogether(say: Say, lines: readonly string[]): void {
  const more = lines.length - LINES_MAX;
  const rest = more > 0 ? [`and ${more} more`] : [];
  if (lines.length > 0) say(...lines.slice(0, LINES_MAX), ...rest);
}

/**
 * Says what the program will change. Drift that this run has found was told when it was found: what was wanted until then
 * is compared with what is wanted now.
 */
export function tellChange<C extends Connection>(
  say: Say,
  run: PulumiRun,
  olds: HostStateOutputs<C>,
  { desired, secrets }: HostStateInputs<C>,
): void {
  const before = run.lastRead(olds.nonce) ?? { outline: recordedIn(olds).outline, secrets: olds.secrets };
  sayTogether(say, changeInWords(before, { outline: outlineOf(desiredIn(desired)), secrets }));
}
