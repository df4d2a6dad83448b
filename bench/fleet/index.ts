import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ExecOptions, exec, mustExec } from "../../test/lab/exec.ts";
import { claim, type Instance, inLab, internetAddress, writeWhole } from "../../test/lab/instance.ts";
import { down } from "../../test/lab/lifecycle.ts";
import { readyMachine } from "../../test/lab/machine.ts";
import { leader } from "../../test/lab/power.ts";
import { makeKey } from "../../test/lab/secrets.ts";
import { inCache } from "../../test/toolchain/cache.ts";
import type { Outcome } from "../../test/toolchain/command.ts";
import { withLock } from "../../test/toolchain/lock.ts";
import { withProgress } from "../../test/toolchain/progress.ts";
import type { BenchHost, Fleet } from "../contract.ts";
import { DelayLine, type LineCount } from "./delay-line.ts";
import { hostLayers } from "./layer.ts";
import { firstBoot, type Making, rebootAsNew } from "./machine.ts";
import { forEach } from "./pool.ts";
import { snapshotOf } from "./snapshot.ts";

/** A fleet as its makers see it: hosts can also be looked at from outside, past the line. */
export interface OpenFleet extends Fleet {
  /** What crossed the line since `traffic` or this were last called. */
  count(): Promise<LineCount>;
  /** Runs a command as root in a host, without its sshd and the line. A string goes through `sh -c`. */
  exec(host: BenchHost, command: string | readonly string[], how?: ExecOptions): Promise<Outcome>;
  /** `exec` for commands that have to succeed; gives their output. */
  mustExec(host: BenchHost, command: string | readonly string[], how?: ExecOptions): Promise<string>;
  /** Process id, as this machine sees it, of the host's systemd. */
  leader(host: BenchHost): number;
  /** Where the fleet is noted on this machine. */
  readonly instance: Instance;
}

/** As many boot at a time as there is room for on two processors. */
const BOOTS_AT_ONCE = 3;

/**
 * Boots `size` equal hosts behind one delay line: half a second each, and a minute more the first time ever.
 * What a killed run left under that name is removed first.
 *
 * @param name as for laboratories, with which fleets share names: 1 to 8 characters
 * @param size 1 to 200
 */
export async function openFleet(name: string, size: number): Promise<OpenFleet> {
  if (!(Number.isInteger(size) && size >= 1 && size <= 200))
    throw new RangeError(`a fleet has 1 to 200 hosts, not ${size}`);
  const layers = await withLock(inCache("prepare.lock"), "the cache", hostLayers);
  await down(name);
  const instance = await withLock("/run/tsproxy-lab.lock", "another laboratory", async () => {
    const claimed = claim(name, undefined);
    await readyMachine();
    return claimed;
  });
  const line = await DelayLine.open(`tsb${instance.slot}`, `${internetAddress(instance, 1)}/24`);
  try {
    const keys = mkdtempSync(join(tmpdir(), "tsproxy-bench-keys-"));
    const makings = await makingsOf(instance, size, { layers, line, keys }).finally(() =>
      rmSync(keys, { recursive: true }),
    );
    await withProgress(`booting ${size} host(s)`, forEach(makings, BOOTS_AT_ONCE, firstBoot));
    return fleetOf(instance, makings, line);
  } catch (error) {
    await line.close();
    await down(name);
    throw error;
  }
}

async function makingsOf(
  instance: Instance,
  size: number,
  { layers, line, keys }: { layers: readonly string[]; line: DelayLine; keys: string },
): Promise<Making[]> {
  const login = await makeKey(keys, "login");
  const makings: Making[] = [];
  for (let number = 1; number <= size; number++) {
    const name = `h${number}`;
    const address = `${internetAddress(instance, 10 + number)}/24`;
    makings.push({ instance, name, address, layers, line, login, hostKey: await makeKey(keys, name) });
  }
  writeWhole(inLab(instance.name, "id_ed25519"), login.privateKey, 0o600);
  const known = makings.map(({ address, hostKey }) => `${bare(address)} ${hostKey.publicKey}\n`);
  writeWhole(inLab(instance.name, "known_hosts"), known.join(""));
  return makings;
}

function fleetOf(instance: Instance, makings: readonly Making[], line: DelayLine): OpenFleet {
  const leaderOf = ({ name }: BenchHost): number => {
    const pid = leader(instance, name);
    if (pid === undefined) throw new Error(`${name} is off`);
    return pid;
  };
  return {
    instance,
    hosts: makings.map(({ name, address, hostKey }) => ({
      name,
      address: bare(address),
      hostKey: hostKey.publicKey.split(" ").slice(0, 2).join(" "),
    })),
    keyFile: inLab(instance.name, "id_ed25519"),
    knownHosts: inLab(instance.name, "known_hosts"),
    delay: (roundTripMs) => line.delay(roundTripMs),
    count: () => line.count(),
    async traffic() {
      const { out, in: into } = await line.count();
      return { packets: out.packets + into.packets, bytesOut: out.bytes, bytesIn: into.bytes };
    },
    exec: (host, command, how) => exec(instance, host.name, command, how),
    mustExec: (host, command, how) => mustExec(instance, host.name, command, how),
    leader: leaderOf,
    snapshot: (host, objects) =>
      snapshotOf((command, how) => mustExec(instance, host.name, command, how), objects),
    reset: () => withProgress("booting every host as new", forEach(makings, BOOTS_AT_ONCE, rebootAsNew)),
    async close() {
      await line.close();
      await down(instance.name);
    },
  };
}

const bare = (address: string): string => address.split("/")[0] ?? "";
