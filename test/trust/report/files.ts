import { publishReport } from "../../workbench/report.ts";
import type { Results } from "../results.ts";
import { render } from "./index.ts";

/** Adds results to what was found before, and writes `trust.md` from both. @param order names of rows */
export function publish(docs: string, latest: Results, order: readonly string[]): void {
  const page = (all: Results) => ({ "trust.md": render(all, order) });
  publishReport(docs, { file: "trust/results.jsonl", order, render: page }, latest);
}
