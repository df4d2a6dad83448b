import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../toolchain/command.ts";

/** Sees every program that starts on a host, with its arguments and its environment in full. */
export interface ExecWatch {
  /** Ends it. @returns a line for each program */
  stop(): Promise<readonly string[]>;
}

/** What the host's first process and its sshd start is seen. @param leader the first, as this machine sees it */
export async function watchPrograms(leader: number): Promise<ExecWatch> {
  const sshd = (await run(["pgrep", "-P", String(leader), "-x", "sshd"])).trim();
  const folder = mkdtempSync(join(tmpdir(), "tsproxy-calls-"));
  const log = join(folder, "log");
  const how = ["-f", "-v", "-s", "1000000", "-e", "trace=execve", "-e", "signal=none"];
  const tracer = spawn("strace", [...how, "-o", log, "-p", String(leader), "-p", sshd], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const over = new Promise((resolve) => tracer.once("close", resolve));
  // it says "Process N attached" once nothing escapes it any more
  await new Promise((resolve, reject) => {
    tracer.stderr.once("data", resolve);
    tracer.once("error", reject);
    tracer.once("close", () => reject(new Error("strace ended before its time")));
  });
  return {
    async stop() {
      tracer.kill("SIGINT");
      await over;
      const lines = readFileSync(log, "latin1").split("\n");
      rmSync(folder, { recursive: true });
      return lines;
    },
  };
}
