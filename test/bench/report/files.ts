import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Results } from "../results.ts";
import { merge, render } from "./index.ts";

/** Below docs/: every part's last result, a line each, so that a part measured anew changes one line. */
const RESULTS = "speed/results.jsonl";

/** What was measured before; nothing when it was never. @throws SyntaxError when the file was spoilt */
export function readResults(docs: string): Results {
  const file = join(docs, RESULTS);
  if (!existsSync(file)) return {};
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  return Object.assign({}, ...lines.map((text) => JSON.parse(text)));
}

/**
 * Adds results to what was measured before, and writes the report from both.
 *
 * @param docs the folder of documents: gets speed.md, speed/*.svg and speed/results.jsonl; a plot that no result makes
 *   any more is removed.
 */
export function publish(docs: string, latest: Results): void {
  const results = merge(readResults(docs), latest);
  const lines = Object.entries(results).map(([part, result]) => `${JSON.stringify({ [part]: result })}\n`);
  const pages = { ...render(results), [RESULTS]: lines.join("") };
  for (const [path, text] of Object.entries(pages)) writeWhole(join(docs, path), text);
  for (const name of readdirSync(join(docs, "speed"))) {
    if (name.endsWith(".svg") && !(`speed/${name}` in pages)) rmSync(join(docs, "speed", name));
  }
}

/** A run that is interrupted leaves the old file or the new one. */
function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, text);
  renameSync(`${file}.part`, file);
}
