import { inHost } from "../../test/lab/names.ts";
import { run } from "../../test/toolchain/command.ts";
import type { BenchHost } from "../contract.ts";
import type { OpenFleet } from "../fleet/index.ts";

/** What went on in a host, beside the line. */
export interface HostWork {
  /** Processes and threads that were started, those of sshd for each login included. */
  readonly processes: number;
  /** Files and directories that were written, made, renamed or removed on the disk, beyond records of logins. */
  readonly writes: number;
}

/** A moment in the life of a host. */
export interface HostMark {
  readonly lastProcess: number;
  readonly atSeconds: number;
}

/**
 * Process ids are given out in order in every host's own namespace: the difference of two of them says how many
 * processes there were in between, and costs neither of them anything.
 */
export async function markHost(fleet: OpenFleet, host: BenchHost): Promise<HostMark> {
  const lastProcess = Number(await fleet.mustExec(host, "echo $$"));
  return { lastProcess, atSeconds: Date.now() / 1000 };
}

export async function hostWorkSince(fleet: OpenFleet, host: BenchHost, mark: HostMark): Promise<HostWork> {
  const now = await markHost(fleet, host);
  const upper = inHost(fleet.instance, host.name, "upper");
  const changed = await run([
    "find",
    upper,
    ...CHANGED,
    "-newerct",
    `@${mark.atSeconds.toFixed(3)}`,
    "-printf",
    ".",
  ]);
  return { processes: now.lastProcess - mark.lastProcess - 1, writes: changed.length };
}

const CHANGED = ["-not", "-path", "*/upper/var/log*"];
