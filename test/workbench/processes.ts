import { type ChildProcess, fork, type Serializable, spawn } from "node:child_process";
import { once } from "node:events";
import { say } from "../toolchain/progress.ts";
import { type Closing, closedWhenInterrupted } from "./command.ts";

/**
 * Does everything, at most `lanes` of it at the same time, each as soon as one before it is through; once `goesOn` says no,
 * nothing more is begun.
 */
export async function inLanes<Result>(
  lanes: number,
  all: readonly (() => Promise<Result>)[],
  goesOn: () => boolean = () => true,
): Promise<Result[]> {
  const results: Result[] = [];
  const rest = all.entries();
  const lane = async () => {
    for (const [index, work] of rest) if (goesOn()) results[index] = await work();
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

/**
 * What a program that calls `answer` answers with; undefined when it failed, of which it has said why.
 *
 * @param program a path
 * @param asked what it is told, in its first argument
 */
export async function inProcess<Result>(
  program: string,
  asked: Serializable,
  closing: Closing,
): Promise<Result | undefined> {
  // in a process group of its own: an interruption at the terminal reaches it by `closing`, once
  const child = fork(program, [JSON.stringify(asked)], { detached: true });
  let result: Result | undefined;
  child.on("message", (message: Result) => {
    result = message;
  });
  const status = await ended(child, closing);
  return status === 0 ? result : undefined;
}

/** The exit status of a command whose output is shown; null when a signal ended it. */
export function inCommand(file: string, args: readonly string[], closing: Closing): Promise<number | null> {
  return ended(spawn(file, args, { stdio: "inherit" }), closing);
}

async function ended(child: ChildProcess, closing: Closing): Promise<number | null> {
  const exit = once(child, "exit");
  const end = () => {
    child.kill("SIGTERM");
    return exit;
  };
  closing.add(end);
  const [status] = await exit;
  closing.delete(end);
  return status;
}

/** The other side of `inProcess`; when the process that asked is gone, this one is interrupted. */
export async function answer<Asked, Result extends Serializable>(
  work: (asked: Asked, closing: Closing) => Promise<Result>,
): Promise<void> {
  const interrupt = () => process.kill(process.pid, "SIGTERM");
  process.once("disconnect", interrupt);
  try {
    const asked: Asked = JSON.parse(process.argv[2] ?? "");
    process.send?.(await work(asked, closedWhenInterrupted()));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  } finally {
    process.off("disconnect", interrupt);
    process.disconnect?.();
  }
}
