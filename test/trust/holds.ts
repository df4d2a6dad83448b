import { HostError, type HostErrorCode } from "../../providers/engine/errors.ts";

/** @throws Error that shows the first line in which the two differ, when they do */
export function same(what: string, found: string, expected: string): void {
  if (found === expected) return;
  const [is, was] = [found.split("\n"), expected.split("\n")];
  const lines = [
    ...was.filter((line) => !is.includes(line)).map((line) => `- ${line}`),
    ...is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`),
  ];
  throw new Error(`${what} differs from what it must be:\n${lines.slice(0, 12).join("\n")}`);
}

/**
 * What a piece of work failed with.
 *
 * @param expectation whether it has to fail; where it may succeed, `null` says that it did
 */
export async function failureOf(
  work: Promise<unknown>,
  expectation: "it fails" | "or not" = "it fails",
): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  if (expectation === "or not") return null;
  throw new Error("it succeeded where it had to fail");
}

export function isHostError(error: unknown, ...codes: readonly HostErrorCode[]): error is HostError {
  return error instanceof HostError && codes.includes(error.code);
}

export function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
