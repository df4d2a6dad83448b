import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import type { Problem } from "./problem.ts";
import { isLater } from "./refusal.ts";

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

/**
 * Arguments with `value` where they have nothing for `argument`: `config.get` of Pulumi answers undefined where nothing is
 * configured.
 */
export function withDefault(args: unknown, argument: string, value: string): unknown {
  if (typeof args !== "object" || args === null || Array.isArray(args) || isLater(args)) return args;
  return Reflect.get(args, argument) === undefined ? { ...args, [argument]: value } : args;
}

function problemsOf(issue: z.core.$ZodIssue, at: string): Problem[] {
  const { path, message } = issue;
  if (issue.code !== "unrecognized_keys") return [{ path: pathText(path, at), text: message }];
  return issue.keys.map((key) => ({
    path: pathText([...path, key], at),
    text: unknownArgument(key, message),
  }));
}

/** @param names of the arguments that there are, with commas between them. */
function unknownArgument(key: string, names: string): string {
  const small = key.toLowerCase();
  const nearest = closest(small, names.toLowerCase().split(", "));
  const meant = names.split(", ").find((name) => name.toLowerCase() === nearest);
  const isNear = distance(small, nearest) <= Math.max(1, key.length / 4);
  return `is not an argument${isNear ? `, "${meant}" is` : ""}; allowed: ${names}`;
}

function pathText(path: readonly PropertyKey[], at: string): string {
  const text = path.reduce<string>((before, step) => {
    if (typeof step === "number") return `${before}[${step}]`;
    return before === "" ? String(step) : `${before}.${String(step)}`;
  }, "");
  if (text === "") return at === "" ? "arguments" : at.replace(/\.$/, "");
  return `${at}${text}`;
}
