import type { z } from "zod";
import type { Problem } from "./problem.ts";

/** @internal Arguments that were looked at: with defaults filled in, or `null` and at least one problem. */
export interface Checked<Settings> {
  readonly settings: Settings | null;
  readonly problems: readonly Problem[];
}

/**
 * Looks at `value` by `schema`.
 *
 * @internal
 * @param at put before every path: empty, or for example `tsproxy:gateways.home.`.
 */
export function check<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  at: string,
): Checked<z.output<Schema>> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return { settings: result.data, problems: [] };
  return { settings: null, problems: result.error.issues.flatMap((issue) => problemsOf(issue, at)) };
}

function problemsOf(issue: z.core.$ZodIssue, at: string): Problem[] {
  const keys = issue.code === "unrecognized_keys" ? issue.keys : [];
  const paths = keys.length > 0 ? keys.map((key) => [...issue.path, key]) : [issue.path];
  return paths.map((path) => ({ path: pathText(path, at), text: issue.message }));
}

function pathText(path: readonly PropertyKey[], at: string): string {
  const text = path.reduce<string>((before, step) => {
    if (typeof step === "number") return `${before}[${step}]`;
    return before === "" ? String(step) : `${before}.${String(step)}`;
  }, "");
  if (text === "") return at === "" ? "arguments" : at.replace(/\.$/, "");
  return `${at}${text}`;
}
