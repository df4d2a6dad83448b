import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { publishReport, readResults as read } from "../../test/workbench/report.ts";
import type { Results } from "../results.ts";
import { render } from "./index.ts";

const RESULTS = "speed/results.jsonl";

/** What was measured before; nothing when it was never. @throws SyntaxError when the file was spoilt */
export const readResults = (docs: string): Results => read<Results>(docs, RESULTS);

/**
 * Adds results to what was measured before, and writes the report from both.
 *
 * @param docs the folder of documents: gets speed.md, speed/*.svg and speed/results.jsonl; a plot that no result makes
 *   any more is removed.
 */
export function publish(docs: string, latest: Results): void {
  const pages = publishReport(docs, { file: RESULTS, render }, latest);
  for (const name of readdirSync(join(docs, "speed"))) {
    if (name.endsWith(".svg") && !(`speed/${name}` in pages)) rmSync(join(docs, "speed", name));
  }
}
