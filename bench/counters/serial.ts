import type { Call } from "../fleet/delay-line.ts";

/**
 * Round trips that had to wait for each other: those of a connection add up, and so do those of connections to the same
 * host that began after another had ended. Of all such rows of connections, and of all hosts, the longest.
 */
export function serialRoundTrips(calls: readonly Omit<Call, "out" | "in">[]): number {
  const hosts = Map.groupBy(calls, ({ host }) => host).values();
  return Math.max(0, ...[...hosts].map((own) => longestRow(own)));
}

type Timed = Pick<Call, "turns" | "begunMs" | "endedMs">;

function longestRow(calls: readonly Timed[]): number {
  const done: { readonly endedMs: number; readonly turns: number }[] = [];
  for (const { turns, begunMs, endedMs } of calls.toSorted((a, b) => a.endedMs - b.endedMs)) {
    const before = done.filter((row) => row.endedMs <= begunMs).map((row) => row.turns);
    done.push({ endedMs, turns: turns + Math.max(0, ...before) });
  }
  return Math.max(0, ...done.map((row) => row.turns));
}
