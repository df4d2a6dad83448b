import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cgroupRoot } from "../../test/lab/machine.ts";
import { attempt, type CommandOptions } from "../../test/toolchain/command.ts";
import type { Timing } from "../contract.ts";

const PREFIX = "tsproxy-tool-";

/**
 * Runs a tool in a cgroup of its own and says what it took. The cgroup counts what a parent process cannot: what went
 * on in processes that detached themselves, as an SSH control master does. Whatever of that kind is left when the tool
 * has ended is ended too, outside of the measured time.
 *
 * @throws Error with the last lines the tool said, when its exit status is not 0 or no cgroup2 is mounted.
 */
export async function timed(command: readonly string[], options: CommandOptions = {}): Promise<Timing> {
  const group = openGroup();
  try {
    const start = performance.now();
    const { code, stdout, stderr } = await attempt(["sh", "-c", enter, "sh", group, ...command], options);
    const wallSeconds = (performance.now() - start) / 1000;
    if (code !== 0) throw new Error(failure(command, code, `${stdout}\n${stderr}`));
    return { wallSeconds, cpuSeconds: cpuSecondsOf(group) };
  } finally {
    await closeGroup(group);
  }
}

const enter = 'echo 0 > "$1/cgroup.procs"; shift; exec "$@"';

let opened = 0;

function openGroup(): string {
  const root = cgroupRoot();
  if (root === undefined) throw new Error("no cgroup2 is mounted: open the fleet before a tool is run");
  const group = join(root, `${PREFIX}${process.pid}-${opened++}`);
  mkdirSync(group);
  return group;
}

function cpuSecondsOf(group: string): number {
  const stat = readFileSync(join(group, "cpu.stat"), "utf8");
  return Number(/^usage_usec (\d+)$/m.exec(stat)?.[1]) / 1e6;
}

async function closeGroup(group: string): Promise<void> {
  writeFileSync(join(group, "cgroup.kill"), "1");
  while (/^populated 1$/m.test(readFileSync(join(group, "cgroup.events"), "utf8"))) await delay(5);
  removeGroup(group);
}

/** A tool may have divided its cgroup further. */
function removeGroup(group: string): void {
  for (const entry of readdirSync(group, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroup(join(group, entry.name));
  rmdirSync(group);
}

/** Ends what tools of processes that are gone left running; for after a kill. */
export async function closeAbandoned(): Promise<void> {
  const root = cgroupRoot();
  if (root === undefined) return;
  for (const name of readdirSync(root)) {
    const owner = name.startsWith(PREFIX) ? name.slice(PREFIX.length).split("-")[0] : undefined;
    if (owner !== undefined && !isRunning(Number(owner))) await closeGroup(join(root, name));
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function failure(command: readonly string[], code: number, output: string): string {
  const evidence = output.trim().split("\n").slice(-30);
  return [`cannot run ${command.join(" ").slice(0, 200)}: exit status ${code}`, ...evidence].join("\n  | ");
}
