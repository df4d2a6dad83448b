import type { Say } from "../plan/explain.ts";
import { outlineOf } from "../state/outline.ts";
import { type Connection, type HostStateOutputs, recordedIn } from "../state/outputs.ts";
import { desiredIn } from "../state/stored-desired.ts";
import { changeInWords } from "./change-in-words.ts";
import type { HostStateInputs } from "./inputs.ts";
import type { PulumiRun } from "./run.ts";

const LINES_MAX = 10;

/**
 * Lines about one resource, as one message: not more than can be read at a glance, since `--diff` shows all. Each says
 * whose it is, because Pulumi shows it beside what it says of other resources.
 */
export function sayOf(say: Say, { connection, identity }: Resource, lines: readonly string[]): void {
  if (lines.length === 0) return;
  const more = lines.length - LINES_MAX;
  const shown = [...lines.slice(0, LINES_MAX), ...(more > 0 ? [`and ${more} more`] : [])];
  say(...shown.map((line) => `${connection.host}: ${identity.key}: ${line}`));
}

type Resource = Pick<HostStateInputs<Connection>, "connection" | "identity">;

/**
 * Says what the program will change. Drift that this run has found was told when it was found: what was wanted until then
 * is compared with what is wanted now.
 */
export function tellChange<C extends Connection>(
  say: Say,
  run: PulumiRun,
  olds: HostStateOutputs<C>,
  news: HostStateInputs<C>,
): void {
  const before = run.lastRead(olds.nonce) ?? { outline: recordedIn(olds).outline, secrets: olds.secrets };
  const after = { outline: outlineOf(desiredIn(news.desired)), secrets: news.secrets };
  sayOf(say, news, changeInWords(before, after));
}
