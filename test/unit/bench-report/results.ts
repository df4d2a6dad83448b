import { spreadOf } from "../../../bench/report/statistics.ts";
import type { Comparison, Counts, Measured, Results, ToolRuns } from "../../../bench/results.ts";

const measured: Measured = {
  at: "2026-01-02T23:59:00.000Z",
  seconds: 61,
  machine: { processor: "Some CPU", cores: 2, memoryGiB: 24, kernel: "6.1.0", system: "Debian 12" },
  versions: { pulumi: "3.255.0" },
};

const counts: Counts = {
  connections: 1,
  channels: 2,
  channelsAtOnce: 1,
  roundTrips: 11,
  bytesOut: 4_000,
  bytesIn: 20_000,
  processes: 30,
  writes: 0,
  refused: 0,
};

/** A tool that took `seconds` each time, with a little spread. */
export const tool = (name: string, seconds: number): ToolRuns => ({
  tool: name,
  wallSeconds: spreadOf([seconds * 0.9, seconds, seconds * 1.1]),
  cpuSeconds: spreadOf([seconds / 4, seconds / 4, seconds / 4]),
  counts,
});

/** Ours needs 5 s, 4 of them the engine's. */
export const comparison: Comparison = {
  ...measured,
  tailnets: 8,
  files: 40,
  units: 24,
  roundTripMs: 20,
  ours: tool("pulumi-tsproxy 0.1", 5),
  engine: tool("engine", 4),
  rivals: [tool("Ansible (pipelining)", 50), tool("a <single> script", 2)],
  latency: [
    {
      tool: "pulumi-tsproxy 0.1",
      points: [0, 20, 100].map((ms) => ({ roundTripMs: ms, wallSeconds: spreadOf([4 + 0.011 * ms]) })),
    },
    {
      tool: "Ansible (pipelining)",
      points: [0, 20, 100].map((ms) => ({ roundTripMs: ms, wallSeconds: spreadOf([30 + ms]) })),
    },
  ],
  sizes: [1, 8].map((tailnets) => ({ tailnets, counts })),
};

const against = { ours: tool("ours", 9), engine: tool("engine", 6) };

const chain = (name: string, whose: "ours" | "seed" | "none", speed: number) => ({
  name,
  whose,
  relay: "a relay",
  socks: "a server",
  connectionsPerSecond: spreadOf([speed, speed * 1.2]),
  bulkMegabytesPerSecond: spreadOf([speed / 5]),
  latencyMs: spreadOf([whose === "none" ? 1 : 4]),
  errors: 0,
});

/** Every part has been run. */
export const everything: Results = {
  refresh: comparison,
  apply: { ...comparison, waves: 3 },
  oneOfFifty: {
    ...measured,
    hosts: 50,
    hostsContacted: 1,
    roundTripMs: 20,
    counts,
    wallSeconds: spreadOf([8]),
  },
  fleet: {
    ...measured,
    hosts: 50,
    tailnets: 8,
    roundTripMs: 20,
    refresh: against,
    up: { ...against, floorSeconds: spreadOf([3]) },
    stateBytesPerTailnet: 31_000,
    checkpoints: [{ setting: "file, default", wallSeconds: spreadOf([20]), count: 900, bytes: 5e9 }],
    rivals: [tool("Ansible (pipelining)", 220)],
  },
  parallel: {
    ...measured,
    hosts: 1,
    tailnets: 8,
    rows: ([1, "unlimited"] as const).map((parallel) => ({
      parallel,
      connectionsPerHost: 1,
      channelsAtOnce: 2,
      refused: 0,
      wallSeconds: spreadOf([5]),
    })),
  },
  dataPlane: {
    ...measured,
    loadBefore: 0.2,
    parallel: 16,
    connections: 1600,
    bulkMegabytes: 300,
    generator: { name: "a program", connectionsPerSecond: 9000, megabytesPerSecond: 2000 },
    chains: [
      {
        ...chain("ours", "ours", 500),
        ratio: { connections: spreadOf([1.2, 1.3]), bulk: spreadOf([1, 1]) },
        held: {
          count: 1000,
          errors: 0,
          relayKiB: 1,
          socksKiB: 300,
          descriptors: 8.5,
          processes: 60,
        },
        p99Ms: spreadOf([40, 50]),
        active: { count: 200, seconds: 60, errors: 1, medianMs: 2, p99Ms: 31 },
      },
      chain("by hand", "seed", 400),
      chain("first tunnel alone", "none", 2000),
    ],
  },
  firstUp: {
    ...measured,
    wallSeconds: spreadOf([18]),
    packageSeconds: spreadOf([4]),
    loginSeconds: spreadOf([1]),
  },
  profile: {
    ...measured,
    tailnets: 8,
    roundTripMs: 20,
    rows: [
      { ...tool("refresh, a1", 3), lineSeconds: spreadOf([2]) },
      { ...tool("refresh, now", 2), lineSeconds: spreadOf([1]) },
    ],
  },
};
