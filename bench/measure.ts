import { setTimeout as delay } from "node:timers/promises";
import type { BenchHost, Timing } from "./contract.ts";
import { type HostWork, hostWorkSince, markHost } from "./counters/host-work.ts";
import { serialRoundTrips } from "./counters/serial.ts";
import { type SshLog, sshLogOf, together } from "./counters/ssh-log.ts";
import type { LineCount } from "./fleet/delay-line.ts";
import type { OpenFleet } from "./fleet/index.ts";
import { forEach } from "./fleet/pool.ts";
import { spreadOf } from "./report/statistics.ts";
import type { Counts, ToolRuns } from "./results.ts";

/** One run of a tool with everything that can be counted from outside. */
export interface Sample extends Timing {
  readonly counts: Counts;
  /** Hosts that a connection was opened to. */
  readonly hostsContacted: number;
  /** From the first packet to a host to the last one with something in it. */
  readonly lineSeconds: number;
}

/** For sshd's farewell, and packets that are still under way when a tool has ended. */
const SETTLING_MS = 250;

/** Runs a tool once and counts what it did to `hosts`. */
export async function measure(
  fleet: OpenFleet,
  hosts: readonly BenchHost[],
  run: () => Promise<Timing>,
): Promise<Sample> {
  await delay(SETTLING_MS);
  const marks = await ofEach(hosts, async (host) => ({ host, mark: await markHost(fleet, host) }));
  await fleet.count();
  const since = Date.now() / 1000;
  const { wallSeconds, cpuSeconds } = await run();
  await delay(SETTLING_MS);
  const crossed = await fleet.count();
  const addresses = new Set(crossed.calls.filter((call) => call.opened).map(({ host }) => host));
  // What goes on in the others is their own affair.
  const contacted = marks.filter(({ host }) => addresses.has(host.address));
  const works = await ofEach(contacted, ({ host, mark }) => hostWorkSince(fleet, host, mark));
  const logs = await ofEach(contacted, ({ host }) => sshLogSince(fleet, host, since));
  return {
    wallSeconds,
    cpuSeconds,
    hostsContacted: addresses.size,
    lineSeconds: secondsOf(crossed.calls.filter((call) => call.opened)),
    counts: countsOf(crossed, together(logs), works),
  };
}

function secondsOf(calls: LineCount["calls"]): number {
  if (calls.length === 0) return 0;
  const end = Math.max(...calls.map(({ endedMs }) => endedMs));
  return (end - Math.min(...calls.map(({ begunMs }) => begunMs))) / 1000;
}

/** The answers come in no particular order. */
async function ofEach<T, Answer>(items: readonly T[], ask: (item: T) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = [];
  await forEach(items, 4, async (item) => void answers.push(await ask(item)));
  return answers;
}

async function sshLogSince(fleet: OpenFleet, host: BenchHost, since: number): Promise<SshLog> {
  const text = await fleet.mustExec(
    host,
    `journalctl --sync; journalctl --output=cat --no-pager --identifier=sshd --since=@${since.toFixed(6)}`,
  );
  return sshLogOf(text.split("\n"));
}

function countsOf({ out, in: into, dropped, calls }: LineCount, log: SshLog, works: HostWork[]): Counts {
  if (dropped > 0) throw new Error(`the delay line dropped ${dropped} packets: nothing was measured`);
  const opened = calls.filter((call) => call.opened);
  const sum = (key: keyof HostWork) => works.reduce((total, work) => total + work[key], 0);
  return {
    connections: opened.length,
    channels: log.channels,
    channelsAtOnce: log.channelsAtOnce,
    roundTrips: serialRoundTrips(opened),
    bytesOut: out.bytes,
    bytesIn: into.bytes,
    processes: sum("processes"),
    writes: sum("writes"),
    refused: log.refused,
  };
}

/** The runs of a tool, as results hold them. @throws RangeError when there are none */
export function toolRunsOf(tool: string, samples: readonly Sample[]): ToolRuns {
  return {
    tool,
    wallSeconds: spreadOf(samples.map(({ wallSeconds }) => wallSeconds)),
    cpuSeconds: spreadOf(samples.map(({ cpuSeconds }) => cpuSeconds)),
    counts: medianCounts(samples.map(({ counts }) => counts)),
  };
}

/** Each count by itself: what happens now and then, such as a keep-alive, does not show. */
export function medianCounts(counts: readonly Counts[]): Counts {
  const middle = (key: keyof Counts) => Math.round(spreadOf(counts.map((count) => count[key])).median);
  return {
    connections: middle("connections"),
    channels: middle("channels"),
    channelsAtOnce: middle("channelsAtOnce"),
    roundTrips: middle("roundTrips"),
    bytesOut: middle("bytesOut"),
    bytesIn: middle("bytesIn"),
    processes: middle("processes"),
    writes: middle("writes"),
    refused: middle("refused"),
  };
}
