import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../lab/instance.ts";

/** Pages of docs/, and the file of results that they are written from. */
export interface Report<Results extends object> {
  /** Path below docs/ of the results by name, a line each, so that one that is found anew changes one line. */
  readonly file: string;
  /** Names that are kept, in the order of their lines. @default all, a new one last */
  readonly order?: readonly string[];
  /** Path below docs/ -> text. The same results give the same bytes. */
  render(results: Results): Readonly<Record<string, string>>;
}

/** What was found before; nothing when it never was. @throws SyntaxError when the file was spoilt */
export function readResults<Results extends object>(docs: string, file: string): Results {
  const path = join(docs, file);
  const lines = existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : [];
  return Object.assign({}, ...lines.map((text) => JSON.parse(text)));
}

/**
 * Adds results to what was found before, and writes the report from both; what was not found now keeps its last result.
 * Interrupted, it leaves each file as it was or as it becomes.
 *
 * @returns the pages that were written
 */
export function publishReport<Results extends object>(
  docs: string,
  { file, order, render }: Report<Results>,
  latest: Results,
): Readonly<Record<string, string>> {
  const results = { ...readResults<Results>(docs, file), ...latest };
  const pages = render(results);
  writeWhole(join(docs, file), linesOf(new Map(Object.entries(results)), order));
  for (const [path, text] of Object.entries(pages)) writeWhole(join(docs, path), text);
  return pages;
}

function linesOf(
  results: ReadonlyMap<string, unknown>,
  order: readonly string[] = [...results.keys()],
): string {
  const kept = order.filter((name) => results.has(name));
  return kept.map((name) => `${JSON.stringify({ [name]: results.get(name) })}\n`).join("");
}
