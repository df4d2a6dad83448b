import { join } from "node:path";

/** Options that every command of the workbench takes, as `parseArgs` wants them. */
export const commonOptions = {
  only: { type: "string" },
  docs: { type: "string", default: join(import.meta.dirname, "../../docs") },
  help: { type: "boolean", default: false },
} as const;

/** @throws Error when `text` is no whole number from `least` to `most` */
export function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${option} ${text}: give a whole number from ${least} to ${most}`);
}

/**
 * Those of `names` that `--only` asks for, in the order of `names`; all of them without it.
 *
 * @param what a name stands for, such as `row`
 * @throws Error when it asks for something else
 */
export function chosen<Name extends string>(
  only: string | undefined,
  names: readonly Name[],
  what: string,
): readonly Name[] {
  if (only === undefined) return names;
  const words: readonly string[] = only.split(",");
  const unknown = words.filter((word) => !names.some((name) => name === word));
  if (unknown.length > 0)
    throw new Error(`--only ${unknown.join(",")}: no such ${what}; use ${names.join(", ")}`);
  return names.filter((name) => words.includes(name));
}
