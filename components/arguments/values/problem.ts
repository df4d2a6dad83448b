/** Something wrong with an argument. */
export interface Problem {
  /** The argument as the user wrote it: `ssh.port`, `reach[1]`, `tsproxy:gateways.home.primaryAddress`. */
  readonly path: string;
  /** The offending value and what is allowed; secrets are not shown. */
  readonly text: string;
}

/** Thrown by the constructor of a component: everything that is wrong with its arguments, at once. */
export class ArgumentsError extends Error {
  readonly #problems: readonly Problem[];

  /** @param whose for example `Gateway "home"`. */
  constructor(whose: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ path, text }) => `  ${visible(`${path}: ${text}`)}`);
    super([`${whose}: ${count}`, ...lines].join("\n"));
    this.#problems = problems;
    this.stack = `${this.name}: ${this.message}${framesOfProgram(this.stack ?? "")}`;
  }

  override get name(): string {
    return "ArgumentsError";
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  /** @internal By this mark Pulumi knows errors of users, which it shows without a stack (its `RunError`). */
  get __pulumiRunError(): true {
    return true;
  }
}

/**
 * The lines of a stack that lead to a mistake. Pulumi has Node colour the stack of every error that ends a program, and
 * over the line of a file that lies straight in `node_modules/@pulumi`, as source maps call Pulumi's own, Node loops
 * until its memory is full: 18 s and 2 GB for each error.
 */
function framesOfProgram(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => /^ {4}at /.test(line) && !/node_modules|node:/.test(line))
    .map((line) => `\n${line}`)
    .join("");
}

/** With everything spelt out that cannot be seen, so that the user can find it. */
function visible(line: string): string {
  const spelt = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  return line.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, spelt);
}
