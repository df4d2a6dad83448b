import { setTimeout as delay } from "node:timers/promises";
import type { BenchHost, Timing } from "./contract.ts";
import { type SshLog, sshLogOf, together } from "./counters/ssh-log.ts";
import type { LineCount } from "./fleet/delay-line.ts";
import type { OpenFleet } from "./fleet/index.ts";
import { forEach } from "./fleet/pool.ts";

/** One run of a tool with everything that can be counted from outside. */
export interface Sample extends Timing {
  /** TCP connections that were opened over the line. */
  readonly connections: number;
  /** Hosts that a packet was sent to. */
  readonly hostsContacted: number;
  /** Of the connection with the most: how often the tool spoke after it had listened. */
  readonly turns: number;
  readonly packets: number;
  readonly bytesOut: number;
  readonly bytesIn: number;
  readonly ssh: SshLog;
}

/** Longest round trip that packets may still be on when a tool has ended, and sshd's farewell. */
const SETTLING_MS = 250;

/** Runs a tool once and counts what it did to `hosts`. @param roundTripMs what the line is set to */
export async function measure(
  fleet: OpenFleet,
  hosts: readonly BenchHost[],
  run: () => Promise<Timing>,
): Promise<Sample> {
  await delay(SETTLING_MS);
  await fleet.count();
  const since = Date.now() / 1000;
  const { wallSeconds, cpuSeconds } = await run();
  await delay(SETTLING_MS);
  const crossed = await fleet.count();
  return { wallSeconds, cpuSeconds, ...summaryOf(crossed), ssh: await sshLogsOf(fleet, hosts, since) };
}

function summaryOf({ out, in: into, dropped, calls }: LineCount) {
  if (dropped > 0) throw new Error(`the delay line dropped ${dropped} packets: nothing was measured`);
  const opened = calls.filter((call) => call.opened);
  return {
    connections: opened.length,
    hostsContacted: new Set(opened.map(({ host }) => host)).size,
    turns: Math.max(0, ...opened.map(({ turns }) => turns)),
    packets: out.packets + into.packets,
    bytesOut: out.bytes,
    bytesIn: into.bytes,
  };
}

async function sshLogsOf(fleet: OpenFleet, hosts: readonly BenchHost[], since: number): Promise<SshLog> {
  const logs: SshLog[] = [];
  await forEach(hosts, 4, async (host) => {
    const text = await fleet.mustExec(host, [
      "sh",
      "-c",
      `journalctl --sync; exec journalctl --output=cat --no-pager --identifier=sshd --since=@${since.toFixed(6)}`,
    ]);
    logs.push(sshLogOf(text.split("\n")));
  });
  return together(logs);
}
