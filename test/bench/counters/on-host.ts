import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostCgroup } from "../../lab/power.ts";
import { until } from "../../lab/waiting.ts";
import { installMissing } from "../../toolchain/apt.ts";
import type { BenchHost } from "../contract.ts";
import type { OpenFleet } from "../fleet/index.ts";
import { type HostWork, workOf } from "./trace.ts";

/**
 * Runs `work` and counts what the host's sshd and everything below it did meanwhile. It runs several times slower
 * than otherwise: time it in another run.
 */
export async function traced(
  fleet: OpenFleet,
  host: BenchHost,
  work: () => Promise<unknown>,
): Promise<HostWork> {
  await installMissing({ strace: "strace" });
  const folder = mkdtempSync(join(tmpdir(), "tsproxy-bench-trace-"));
  const file = join(folder, "trace");
  const sshd = sshdOf(fleet, host);
  const strace = spawn("strace", [...OPTIONS, "--output", file, "--attach", String(sshd)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise((resolve) => strace.once("close", resolve));
  try {
    await until("strace to attach", async () => isTraced(sshd), 10_000, "is ptrace forbidden here?");
    await work();
  } finally {
    strace.kill("SIGINT");
    await ended;
  }
  const counted = workOf(readFileSync(file, "utf8").split("\n"));
  rmSync(folder, { recursive: true });
  return counted;
}

const CALLS =
  "execve,clone,clone3,fork,vfork,open,openat,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat," +
  "rmdir,link,linkat,symlink,symlinkat,truncate,chmod,fchmodat,chown,fchownat,lchown";
const OPTIONS = ["--follow-forks", "-qq", "--signal=none", `--trace=${CALLS}`];

/** The process that listens. */
function sshdOf(fleet: OpenFleet, host: BenchHost): number {
  const unit = join(hostCgroup(fleet.instance, host.name), "payload/system.slice/ssh.service/cgroup.procs");
  return Number.parseInt(readFileSync(unit, "utf8"), 10);
}

const isTraced = (pid: number): boolean =>
  !/^TracerPid:\s+0$/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
