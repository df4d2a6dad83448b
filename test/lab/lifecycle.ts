import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { run } from "../toolchain/command.ts";
import { withLock } from "../toolchain/lock.ts";
import { hasSystem, prepare } from "../toolchain/preparation.ts";
import { withProgress } from "../toolchain/progress.ts";
import type { Suite } from "../toolchain/versions.ts";
import { bindsOf, buildHost, unmountRoot } from "./build-host.ts";
import { type Control, openControl } from "./control.ts";
import { refuseInUse, use } from "./in-use.ts";
import { claim, find, type Instance, inLab, laboratories, writeWhole } from "./instance.ts";
import { readyMachine, restoreMachine } from "./machine.ts";
import { join as joinTailnet, untilJoined } from "./membership.ts";
import { inHost, machineName } from "./names.ts";
import { plugInSwitch, unplugSwitch } from "./network.ts";
import { supervisor, switchOff, switchOn } from "./power.ts";
import { type Secrets, secretsOf } from "./secrets.ts";
import { type HostName, hostNames, planOf, type TailnetName, tailnetNames } from "./topology.ts";
import { untilBooted } from "./waiting.ts";

const underLock = <T>(file: string, label: string, work: () => Promise<T>) =>
  withLock(join("/run", file), label, work);

/**
 * Brings a laboratory up, whatever it was before: nothing, half-made by a killed run, or up.
 *
 * @param suite the gateway's release. @default bookworm, or what the laboratory has
 * @param isUsed this process uses it from then on, and no other may
 * @throws Error when another process uses it
 */
export async function up(name: string, suite?: Suite, isUsed = false): Promise<Instance> {
  const suites: Suite[] = ["bookworm", suite ?? "bookworm"];
  if (!suites.every(hasSystem)) await prepare(suites);
  const instance = await underLock("tsproxy-lab.lock", "another laboratory", async () => {
    const claimed = claim(name, suite);
    await readyMachine();
    return claimed;
  });
  await underLock(`tsproxy-lab-${name}.lock`, `laboratory ${name}`, async () => {
    refuseInUse(name, inLab(name));
    if (isUsed) use(inLab(name));
    await bringUp(instance);
  });
  return instance;
}

async function bringUp(instance: Instance): Promise<void> {
  if (isUp(instance)) return;
  rmSync(inLab(instance.name, "ready"), { force: true });
  const secrets = await secretsOf(instance);
  await plugInSwitch(instance);
  await withProgress(
    "booting hosts",
    Promise.all(hostNames.map((host) => bootHost(instance, host, secrets))),
  );
  const members = hostNames.map((host) => planOf(instance, host)).filter((plan) => plan.tailnet);
  const controls = await withProgress("starting control servers", openControls(instance, secrets));
  // In order within a tailnet: the first, for `home` the gateway, gets 100.64.0.1 in every laboratory.
  const joinAll = tailnetNames.map(async (tailnet) => {
    const nodes = members.filter((member) => member.tailnet === tailnet);
    for (const plan of nodes) {
      await joinTailnet(instance, plan, controls[tailnet]);
      await untilJoined(instance, plan);
    }
    await Promise.all(nodes.map((plan) => untilJoined(instance, plan, nodes.length - 1)));
  });
  await withProgress("joining tailnets", Promise.all(joinAll));
  writeWhole(inLab(instance.name, "ready"), "");
}

/** Whether the laboratory was brought up and all its hosts are on. */
export function isUp(instance: Instance): boolean {
  const on = hostNames.every((host) => supervisor(instance, host) !== undefined);
  return on && existsSync(inLab(instance.name, "ready"));
}

async function bootHost(instance: Instance, host: HostName, secrets: Secrets): Promise<void> {
  await buildHost(instance, host, secrets);
  await switchOn(instance, host, await bindsOf(instance, host));
  await untilBooted(instance, host);
}

/** The control servers of all tailnets. */
export async function openControls(
  instance: Instance,
  secrets: Secrets,
): Promise<Record<TailnetName, Control>> {
  const open = tailnetNames.map(
    async (tailnet) => [tailnet, await openControl(instance, tailnet, secrets)] as const,
  );
  return Object.fromEntries(await Promise.all(open)) as Record<TailnetName, Control>;
}

/**
 * Takes a laboratory down, whole or half-made, and leaves the machine as it was.
 *
 * @throws Error when another process uses it
 */
export async function down(name: string): Promise<void> {
  const instance = find(name);
  if (instance)
    await underLock(`tsproxy-lab-${name}.lock`, `laboratory ${name}`, async () => {
      // another process may have taken it down meanwhile
      if (find(name)) await takeDown(instance);
    });
  await underLock("tsproxy-lab.lock", "another laboratory", async () => {
    // A run killed before it had chosen a slot made nothing but the directory.
    if (!instance) rmSync(inLab(name), { recursive: true, force: true });
    await restoreMachine();
    if (existsSync(laboratories) && readdirSync(laboratories).length === 0) rmdirSync(laboratories);
  });
}

async function takeDown(instance: Instance): Promise<void> {
  refuseInUse(instance.name, inLab(instance.name));
  await Promise.all(hostsMade(instance).map((host) => removeHost(instance, host)));
  await unplugSwitch(instance);
  refuseMounts(inLab(instance.name));
  // Last of all goes the file by which a killed `down` is resumed.
  await run([
    "find",
    inLab(instance.name),
    "-mindepth",
    "1",
    "-maxdepth",
    "1",
    "!",
    "-name",
    "instance.json",
    "-exec",
    "rm",
    "-rf",
    "{}",
    "+",
  ]);
  await run(["rm", "-rf", inLab(instance.name)]);
}

/** A fleet of the benchmarks has other hosts than a laboratory. */
function hostsMade(instance: Instance): readonly string[] {
  const directory = inLab(instance.name, "hosts");
  return existsSync(directory) ? readdirSync(directory) : hostNames;
}

async function removeHost(instance: Instance, host: string): Promise<void> {
  await switchOff(instance, host);
  forgetMachine(instance, host);
  await unmountRoot(instance, host);
}

/** A systemd-nspawn that was killed leaves its notes behind. */
function forgetMachine(instance: Instance, host: string): void {
  const notes = "/run/systemd/nspawn";
  rmSync(`${notes}/propagate/${machineName(instance, host)}`, { recursive: true, force: true });
  const root = statSync(inHost(instance, host, "root"), { throwIfNoEntry: false });
  if (root) rmSync(`${notes}/locks/inode-${root.dev}:${root.ino}`, { force: true });
}

/** Emptying a directory with something mounted in it would empty that too. */
function refuseMounts(directory: string): void {
  const left = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes(` ${directory}/`));
  if (left.length > 0)
    throw new Error(`cannot remove ${directory}: still mounted in it:\n${left.join("\n")}`);
}
