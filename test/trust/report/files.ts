import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Results } from "../results.ts";
import { render } from "./index.ts";

/** Below docs/: every row's last result, a line each, so that a row tried anew changes one line. */
const RESULTS = "trust/results.jsonl";

/** Adds results to what was found before, and writes `trust.md` from both. @param order names of rows */
export function publish(docs: string, latest: Results, order: readonly string[]): void {
  const all: Results = { ...readResults(docs), ...latest };
  const lines = order.flatMap((name) => (all[name] ? [`${JSON.stringify({ [name]: all[name] })}\n`] : []));
  writeWhole(join(docs, RESULTS), lines.join(""));
  writeWhole(join(docs, "trust.md"), render(all, order));
}

function readResults(docs: string): Results {
  const file = join(docs, RESULTS);
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.assign({}, ...lines.map((text) => JSON.parse(text)));
}

/** A run that is interrupted leaves the old file or the new one. */
function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}
