import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cgroupRoot } from "../lab/machine.ts";
import { attempt, type CommandOptions, type Outcome } from "../toolchain/command.ts";
import type { Timing } from "./contract.ts";

/** A program's run: what it said, and what it cost. */
export interface TimedOutcome extends Outcome, Timing {}

let runs = 0;

/**
 * Runs a program in a cgroup of its own, so that the processor time of whatever it starts is counted, and ends what it
 * leaves running.
 */
export async function timed(command: readonly string[], options: CommandOptions = {}): Promise<TimedOutcome> {
  const root = cgroupRoot();
  if (root === undefined) throw new Error("no cgroup2 is mounted: open a fleet first");
  const cgroup = join(root, `tsproxy-bench-${process.pid}-${++runs}`);
  mkdirSync(cgroup);
  try {
    const start = performance.now();
    const outcome = await attempt(["sh", "-c", enter, "sh", cgroup, ...command], options);
    const wallSeconds = (performance.now() - start) / 1000;
    return { ...outcome, wallSeconds, cpuSeconds: cpuSecondsOf(cgroup) };
  } finally {
    await remove(cgroup);
  }
}

const enter = 'echo 0 > "$1/cgroup.procs"; shift; exec "$@"';

function cpuSecondsOf(cgroup: string): number {
  const text = readFileSync(join(cgroup, "cpu.stat"), "utf8");
  return Number(text.match(/^usage_usec (\d+)$/m)?.[1]) / 1e6;
}

async function remove(cgroup: string): Promise<void> {
  writeFileSync(join(cgroup, "cgroup.kill"), "1");
  while (/^populated 1$/m.test(readFileSync(join(cgroup, "cgroup.events"), "utf8"))) await delay(10);
  rmdirSync(cgroup);
}
