import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Instance } from "./instance.ts";
import { hostCgroup } from "./power.ts";
import type { HostName } from "./topology.ts";

/** A new process, not a thread of one. */
const BIRTH = /\b(?:fork|vfork)\(\)|\bclone3?\((?!.*CLONE_THREAD)/;

/**
 * Processes that a host's sshd and its descendants start while `during` runs, threads not counted. What
 * comes from logins as such (sshd's own processes, the message of the day) is in it.
 */
export async function processesOf(
  instance: Instance,
  host: HostName,
  during: () => Promise<unknown>,
): Promise<number> {
  const group = join(hostCgroup(instance, host), "payload/system.slice/ssh.service/cgroup.procs");
  const [sshd] = readFileSync(group, "utf8").split("\n");
  if (!sshd) throw new Error(`${host} has no sshd`);
  const folder = mkdtempSync(join(tmpdir(), "tsproxy-trace-"));
  const log = join(folder, "log");
  const tracer = spawn(
    "strace",
    ["-f", "-e", "trace=clone,clone3,fork,vfork", "-e", "signal=none", "-o", log, "-p", sshd],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const over = new Promise((resolve) => tracer.once("close", resolve));
  try {
    // it says "Process N attached" once nothing escapes it any more
    await new Promise((resolve, reject) => {
      tracer.stderr.once("data", resolve);
      tracer.once("error", reject);
      tracer.once("close", () => reject(new Error("strace ended before its time")));
    });
    await during();
  } finally {
    tracer.kill("SIGINT");
    await over;
  }
  const lines = readFileSync(log, "utf8").split("\n");
  rmSync(folder, { recursive: true, force: true });
  // a call that was interrupted by another process's line is resumed on a line without arguments
  return lines.filter((line) => BIRTH.test(line)).length;
}
