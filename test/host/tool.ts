import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Stack } from "./stack.ts";

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the tool as a user does who is in the stack's folder, and has the key in a file.
 *
 * @param isEnough of what it has printed, for a command that goes on until the user ends it
 */
export function runTool(
  stack: Stack,
  keyFile: string,
  args: readonly string[],
  isEnough: (stdout: string) => boolean = () => false,
): Promise<Outcome> {
  const { promise, resolve, reject } = Promise.withResolvers<Outcome>();
  const env = { ...process.env, TSPROXY_SSH_KEY_FILE: keyFile };
  const main = join(stack.directory, "dist/components/cli/main.js");
  const child = spawn(process.execPath, [main, ...args], { cwd: stack.directory, env });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const)
    child[stream].on("data", (chunk: Buffer) => {
      said[stream] += chunk.toString("utf8");
      if (isEnough(said.stdout)) child.kill("SIGINT");
    });
  child.on("error", reject);
  child.on("close", (status) => resolve({ status, ...said }));
  return promise;
}
