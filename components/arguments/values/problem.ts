/** Something wrong with an argument. */
export interface Problem {
  /** The argument as the user wrote it: `ssh.port`, `reach[1]`, `tsproxy:gateways.home.primaryAddress`. */
  readonly path: string;
  /** The offending value and what is allowed; secrets are not shown. */
  readonly text: string;
}

/** Thrown by the constructor of a component: everything that is wrong with its arguments, at once. */
export class ArgumentsError extends Error {
  readonly problems: readonly Problem[];
  /** @internal By this mark Pulumi knows errors of users, which it shows without a stack (its `RunError`). */
  readonly __pulumiRunError = true;

  /** @param whose for example `Gateway "home"`. */
  constructor(whose: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    const lines = problems.map(({ path, text }) => `  ${visible(`${path}: ${text}`)}`);
    super([`${whose}: ${count}`, ...lines].join("\n"));
    this.problems = problems;
  }
}

/** With everything spelt out that cannot be seen, so that the user can find it. */
function visible(line: string): string {
  const spelt = (character: string) => `\\u{${character.codePointAt(0)?.toString(16)}}`;
  return line.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, spelt);
}
