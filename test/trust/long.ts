import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";

const ENDING = ".test.ts";

/** Files of tests on laboratory hosts that would make `npm test` too long, by name. */
export const longNames: readonly string[] = readdirSync(join(import.meta.dirname, "../long"))
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length));

/** Runs the tests of one file as `npm test` would, with their output shown. */
export function holds(name: string): boolean {
  const test = join(import.meta.dirname, "../toolchain/test.ts");
  const { status } = spawnSync("node", [test, `long/${name}${ENDING}`], { stdio: "inherit" });
  return status === 0;
}
