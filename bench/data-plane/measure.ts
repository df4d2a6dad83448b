import { setTimeout as delay } from "node:timers/promises";
import type { Lab } from "../../test/lab/index.ts";
import { withProgress } from "../../test/toolchain/progress.ts";
import { pairwise, spreadOf } from "../report/statistics.ts";
import type { ActiveSessions, Chain, HeldSessions } from "../results.ts";
import type { Candidate } from "./chains.ts";
import { active, bulk, hold, rate } from "./load.ts";
import { usageOf } from "./usage.ts";

/** How much load is made. */
export interface Load {
  readonly runs: number;
  /** New connections in a run, and how many of them at a time. */
  readonly connections: number;
  readonly parallel: number;
  readonly bulkMegabytes: number;
  /** Connections one after the other, for their latency. */
  readonly serial: number;
  readonly sessions: number;
  /** Sessions that are used, and for how many seconds. */
  readonly active: { readonly sessions: number; readonly seconds: number };
}

interface Run {
  readonly connectionsPerSecond: number;
  readonly bulkMegabytesPerSecond: number;
  readonly latencyMs: number;
  readonly p99Ms: number;
  readonly errors: number;
}

/** Measures all candidates side by side: every run has each of them once, by turns first and last. */
export async function measureChains(
  lab: Lab,
  candidates: readonly Candidate[],
  load: Load,
): Promise<Chain[]> {
  const sessions = new Map<Candidate, Sessions>();
  for (const candidate of candidates) sessions.set(candidate, await sessionsThrough(lab, candidate, load));
  const runs = new Map<Candidate, Run[]>(candidates.map((candidate) => [candidate, []]));
  for (let run = 0; run < load.runs; run++) {
    for (const candidate of run % 2 === 0 ? candidates : candidates.toReversed()) {
      const label = `run ${run + 1} of ${load.runs}: ${candidate.name}`;
      runs.get(candidate)?.push(await withProgress(label, runOnce(lab, candidate, load)));
    }
  }
  const seed = candidates.find(({ whose }) => whose === "seed");
  return candidates.map((candidate) =>
    chainOf(candidate, runs.get(candidate) ?? [], (seed && runs.get(seed)) ?? [], sessions.get(candidate)),
  );
}

type Sessions = Pick<Chain, "held" | "active">;

async function sessionsThrough(lab: Lab, candidate: Candidate, load: Load): Promise<Sessions> {
  const { units, name } = candidate;
  if (units === undefined || candidate.isLike !== undefined) return {};
  const label = (count: number, what: string) => `${count} sessions ${what} through ${name}`;
  const held = await withProgress(
    label(load.sessions, "that say nothing"),
    holdThrough(lab, candidate, units, load),
  );
  await restart(lab, units);
  if (candidate.whose !== "ours") return { held };
  const used = withProgress(label(load.active.sessions, "that are used"), useThrough(lab, candidate, load));
  return { held, active: await used };
}

async function useThrough(lab: Lab, { route }: Candidate, load: Load): Promise<ActiveSessions> {
  const { sessions: count, seconds } = load.active;
  await answering(lab, route);
  const { errors, medianMs, p99Ms } = await active(lab, route, count, seconds);
  return { count, seconds, errors, medianMs, p99Ms };
}

async function runOnce(lab: Lab, { route }: Candidate, load: Load): Promise<Run> {
  const serial = await rate(lab, route, load.serial, 1);
  const { connectionsPerSecond, p99Ms, errors } = await rate(lab, route, load.connections, load.parallel);
  const bulkMegabytesPerSecond = await bulk(lab, route, load.bulkMegabytes);
  return {
    connectionsPerSecond,
    bulkMegabytesPerSecond,
    latencyMs: serial.medianMs,
    p99Ms,
    errors: errors + serial.errors,
  };
}

function chainOf(
  { name, relay, socks, whose }: Candidate,
  runs: readonly Run[],
  seed: readonly Run[],
  sessions: Sessions = {},
): Chain {
  const all = (key: keyof Run) => runs.map((run) => run[key]);
  const overSeed = (key: keyof Run) =>
    pairwise(
      all(key),
      seed.map((run) => run[key]),
      (ours, theirs) => ours / theirs,
    );
  return {
    name,
    relay,
    socks,
    whose,
    connectionsPerSecond: spreadOf(all("connectionsPerSecond")),
    bulkMegabytesPerSecond: spreadOf(all("bulkMegabytesPerSecond")),
    latencyMs: spreadOf(all("latencyMs")),
    p99Ms: spreadOf(all("p99Ms")),
    errors: all("errors").reduce((sum, errors) => sum + errors, 0),
    ...(whose === "ours" && seed.length > 0
      ? { ratio: { connections: overSeed("connectionsPerSecond"), bulk: overSeed("bulkMegabytesPerSecond") } }
      : {}),
    ...sessions,
  };
}

/** Dante keeps the processes that it once needed: each measurement begins with fresh ones. */
async function restart(lab: Lab, units: NonNullable<Candidate["units"]>): Promise<void> {
  await lab.mustExec("gateway", ["systemctl", "restart", units.socks, units.relay]);
}

async function holdThrough(
  lab: Lab,
  { route }: Candidate,
  units: NonNullable<Candidate["units"]>,
  { sessions }: Load,
): Promise<HeldSessions> {
  await restart(lab, units);
  await answering(lab, route);
  const usage = async () => ({
    relay: await usageOf(lab, "gateway", units.relay),
    socks: await usageOf(lab, "gateway", units.socks),
  });
  const before = await usage();
  const { release } = await hold(lab, route, sessions);
  const during = await usage();
  const errors = await release();
  return {
    count: sessions,
    errors,
    relayKiB: (during.relay.pssKiB - before.relay.pssKiB) / sessions,
    socksKiB: (during.socks.pssKiB - before.socks.pssKiB) / sessions,
    descriptors:
      (during.relay.descriptors +
        during.socks.descriptors -
        before.relay.descriptors -
        before.socks.descriptors) /
      sessions,
    processes: during.relay.processes + during.socks.processes,
  };
}

/** How long a restarted SOCKS server may take until it answers. */
const READY_MS = 30_000;

async function answering(lab: Lab, route: Candidate["route"]): Promise<void> {
  const until = Date.now() + READY_MS;
  while ((await rate(lab, route, 1, 1)).errors > 0) {
    if (Date.now() > until) throw new Error(`nothing answers through ${route.proxy} after a restart`);
    await delay(200);
  }
}
