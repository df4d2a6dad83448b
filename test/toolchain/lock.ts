import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { withProgress } from "./progress.ts";

/**
 * Does `work` while no other process does work under the same lock file.
 *
 * The file holds its owner's process id and start time; a lock whose owner is gone (killed, machine restarted) is taken
 * over.
 */
export async function withLock<T>(file: string, label: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  if (!tryLock(file))
    await withProgress(`waiting for ${label}, which another process is at`, untilLocked(file));
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

async function untilLocked(file: string): Promise<void> {
  while (!tryLock(file)) await delay(100);
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, identity(process.pid) ?? "", { flag: "wx" });
    return true;
  } catch {
    const owner = read(file);
    if (owner !== undefined && !lives(owner)) rmSync(file, { force: true });
    return false;
  }
}

/** Whether the process of this identity runs. */
export function lives(owner: string): boolean {
  return identity(Number.parseInt(owner, 10)) === owner;
}

/** Process id and start time: the pair is never used twice, a process id alone is. */
export function identity(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat && `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
