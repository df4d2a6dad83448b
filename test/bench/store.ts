import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inCache } from "../toolchain/cache.ts";
import type { Results } from "./results.ts";

/** Where the last results of every part lie, as JSON. */
export const resultsFile = (): string => inCache("bench", "results.json");

/** What was measured last, by part. */
export function kept(): Results {
  const file = resultsFile();
  const results: Results = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  return results;
}

/** Puts new results in place of the old ones of the same parts. */
export function keep(results: Results): void {
  const file = resultsFile();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${JSON.stringify({ ...kept(), ...results }, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}
