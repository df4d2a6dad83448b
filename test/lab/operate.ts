import { bindsOf } from "./build-host.ts";
import { exec } from "./exec.ts";
import { type Instance, writeWhole } from "./instance.ts";
import { untilJoined } from "./membership.ts";
import { inHost } from "./names.ts";
import { forbiddenFile, leader, pullPlug, supervisor, switchOff, switchOn } from "./power.ts";
import { type HostName, planOf } from "./topology.ts";
import { until, untilBooted } from "./waiting.ts";

/** Reboots a host from inside, as an administrator would; returns when it is back in its tailnet. */
export async function reboot(instance: Instance, host: HostName): Promise<void> {
  const before = leader(instance, host);
  await exec(instance, host, ["systemctl", "reboot"]);
  await untilBack(instance, host, before);
}

/** Ends everything in a host without warning and boots it. */
export async function powerCycle(instance: Instance, host: HostName): Promise<void> {
  const before = leader(instance, host);
  pullPlug(instance, host);
  await untilBack(instance, host, before);
}

/** Shuts a host down. */
export async function stop(instance: Instance, host: HostName): Promise<void> {
  writeWhole(inHost(instance, host, "want"), "stop\n");
  await exec(instance, host, ["systemctl", "poweroff"]);
  const off = async () => supervisor(instance, host) === undefined;
  await until(`${host} to be off`, off, 90_000, `see ${inHost(instance, host, "console.log")}`);
}

/** Boots a host that is off, whatever it was that put it there. */
export async function start(instance: Instance, host: HostName): Promise<void> {
  if (supervisor(instance, host) === undefined) await switchOff(instance, host);
  await switchOn(instance, host, await bindsOf(instance, host));
  await untilBack(instance, host, undefined);
}

/** Boots a host that is refused these system calls from then on, as a container that lacks a privilege is. */
export async function forbid(instance: Instance, host: HostName, calls: readonly string[]): Promise<void> {
  writeWhole(forbiddenFile(instance, host), JSON.stringify(calls));
  await stop(instance, host);
  await start(instance, host);
}

async function untilBack(instance: Instance, host: HostName, before: number | undefined): Promise<void> {
  const another = async () => ![undefined, before].includes(leader(instance, host));
  await until(`${host} to boot`, another, 120_000, `see ${inHost(instance, host, "console.log")}`);
  await untilBooted(instance, host);
  const plan = planOf(instance, host);
  if (plan.tailnet) await untilJoined(instance, plan);
}
