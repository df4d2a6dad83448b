import { inCache } from "../toolchain/cache.ts";
import { withLock } from "../toolchain/lock.ts";
import { say } from "../toolchain/progress.ts";

/** What is open at the moment: an interruption closes it before the process ends. */
export type Closing = Set<() => Promise<unknown>>;

/** A command of the workbench. */
export interface Command<Plan extends { readonly help: boolean }> {
  /** As after `npm run`; only one at a time runs on a machine. */
  readonly name: string;
  /** What another process with that name is at, as in `another benchmark`. */
  readonly other: string;
  readonly usage: string;
  /** @throws Error that says which argument is wrong */
  parse(args: readonly string[]): Plan;
  /** @returns true when everything held */
  work(plan: Plan, closing: Closing): Promise<boolean>;
}

/** Runs a command with the arguments of this process, whose exit status is 1 when it failed, 130 when interrupted. */
export async function runCommand<Plan extends { readonly help: boolean }>(
  command: Command<Plan>,
): Promise<void> {
  try {
    const plan = command.parse(process.argv.slice(2));
    if (plan.help) return console.log(command.usage);
    const isFine = await withLock(inCache(`${command.name}.lock`), command.other, () =>
      command.work(plan, closedWhenInterrupted()),
    );
    if (!isFine) process.exitCode = 1;
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}

export function closedWhenInterrupted(): Closing {
  const closing: Closing = new Set();
  const stop = () =>
    void Promise.allSettled([...closing].map((close) => close())).then(() => process.exit(130));
  process.once("SIGINT", stop).once("SIGTERM", stop);
  return closing;
}
