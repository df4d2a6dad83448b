import { RunError } from "@pulumi/pulumi";
import type { z } from "zod";

/** Something wrong with an argument. */
export interface Problem {
  /** The argument as the user wrote it: `ssh.port`, `reach[1]`, `tsproxy:gateways.home.primaryAddress`. */
  readonly path: string;
  /** The offending value and what is allowed; secrets are not shown. */
  readonly text: string;
}

/** Thrown by the constructor of a component: everything that is wrong with its arguments, at once. */
export class ArgumentsError extends RunError {
  readonly problems: readonly Problem[];

  /** @param whose for example `Gateway "home"`. */
  constructor(whose: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(
      [`${whose}: ${count}`, ...problems.map(({ path, text }) => `  ${visible(`${path}: ${text}`)}`)].join(
        "\n",
      ),
    );
    this.problems = problems;
  }
}

/** With everything spelt out that cannot be seen, so that the user can find it. */
function visible(line: string): string {
  const spelt = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  return line.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, spelt);
}

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
