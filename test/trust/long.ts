import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Closing } from "../workbench/command.ts";
import { inCommand } from "../workbench/processes.ts";

const ENDING = ".test.ts";

/** Files of tests on laboratory hosts that would make `npm test` too long, by name. */
export const longNames: readonly string[] = readdirSync(join(import.meta.dirname, "../long"))
  .filter((file) => file.endsWith(ENDING))
  .map((file) => file.slice(0, -ENDING.length));

/** Runs the tests of one file as `npm test` would, with their output shown. */
export async function holds(name: string, closing: Closing): Promise<boolean> {
  const test = join(import.meta.dirname, "../toolchain/test.ts");
  return (await inCommand("node", [test, `long/${name}${ENDING}`], closing)) === 0;
}
