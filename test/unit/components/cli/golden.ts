import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Compares with a file of golden/ beside this, which UPDATE_GOLDEN=1 writes anew. */
export function expectGolden(name: string, text: string): void {
  const path = join(__dirname, "golden", name);
  if (process.env.UPDATE_GOLDEN === "1") writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, "utf8"));
}
