import { spawn } from "node:child_process";

/** What a program left behind. */
export interface Outcome {
  /** Exit status; 128 + signal number is not used: a killed program has -1. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Added to this process's environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Given to the program's standard input, which is otherwise empty. */
  readonly stdin?: string | Buffer;
  /** Milliseconds until the program is killed. @default no limit */
  readonly timeoutMs?: number;
}

/** Runs a program and returns what it said, whatever its exit status. */
export function attempt(command: readonly string[], options: CommandOptions = {}): Promise<Outcome> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
      ...(options.timeoutMs === undefined
        ? {}
        : { timeout: options.timeoutMs, killSignal: "SIGKILL" as const }),
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) =>
      resolve({
        code: code ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      }),
    );
    // A program that ends without reading its input is no error of ours: its exit status tells.
    child.stdin.on("error", () => {});
    child.stdin.end(options.stdin ?? "");
  });
}

/**
 * Runs a program that has to succeed; returns its standard output.
 *
 * @throws Error with the last twenty lines the program said.
 */
export async function run(command: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, options);
  if (code === 0) return stdout;
  const evidence = `${stdout}\n${stderr}`.trim().split("\n").slice(-20);
  throw new Error(
    [`cannot run ${command.join(" ").slice(0, 200)}: exit status ${code}`, ...evidence].join("\n  | "),
  );
}

/** Runs a shell program (`sh -eu`) with `args` as `$1`, `$2`, …; returns its output. */
export function shell(
  script: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<string> {
  return run(["sh", "-eu", "-c", script, "sh", ...args], options);
}
