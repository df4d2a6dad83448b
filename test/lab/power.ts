import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shell } from "../toolchain/command.ts";
import { type Instance, writeWhole } from "./instance.ts";
import { cgroupRoot } from "./machine.ts";
import { hostNetns, inHost, machineName, switchNetns } from "./names.ts";
import { portName } from "./network.ts";
import { type HostName, planOf } from "./topology.ts";

/** A host's cgroup: everything that runs in the host, and systemd-nspawn itself. */
export const hostCgroup = (instance: Instance, host: string): string =>
  join(cgroupRoot() ?? "", machineName(instance, host));

/** Switches a host on; nothing happens when it is on. @param nspawn arguments for systemd-nspawn beyond the usual */
export async function switchOn(instance: Instance, host: HostName, nspawn: readonly string[]): Promise<void> {
  const links = planOf(instance, host).links.map((link) =>
    [link.card, link.bridge, link.mac, portName(host, link)].join(),
  );
  supervise(instance, host, links, [...nspawn, ...forbidden(instance, host)]);
}

/** Names of system calls that the host is refused. */
export const forbiddenFile = (instance: Instance, host: HostName): string =>
  inHost(instance, host, "forbidden.json");

function forbidden(instance: Instance, host: HostName): string[] {
  const text = readText(forbiddenFile(instance, host));
  const calls = text === "" ? [] : (JSON.parse(text) as readonly string[]);
  return calls.map((call) => `--system-call-filter=~${call}`);
}

/** `switchOn` for any host. @param links as supervise.sh takes them */
export function supervise(
  instance: Instance,
  host: string,
  links: readonly string[],
  nspawn: readonly string[],
): void {
  writeWhole(inHost(instance, host, "want"), "run\n");
  if (supervisor(instance, host)) return;
  const log = openSync(inHost(instance, host, "console.log"), "a");
  const child = spawn(
    "sh",
    [
      join(import.meta.dirname, "supervise.sh"),
      inHost(instance, host),
      hostNetns(instance, host),
      switchNetns(instance),
      hostCgroup(instance, host),
      machineName(instance, host),
      links.join(" "),
      ...nspawn,
    ],
    { cwd: "/", detached: true, stdio: ["ignore", log, log] },
  );
  closeSync(log);
  child.unref();
}

/** Switches a host off at once, as a pulled plug does. */
export async function switchOff(instance: Instance, host: string): Promise<void> {
  if (existsSync(inHost(instance, host))) writeWhole(inHost(instance, host, "want"), "stop\n");
  await shell(off, [
    supervisor(instance, host)?.toString() ?? "",
    hostCgroup(instance, host),
    hostNetns(instance, host),
  ]);
}

// The supervisor ends by itself when its host does; one that never got that far is ended.
const off = `
supervisor=$1 cgroup=$2 netns=$3
{ echo 1 > "$cgroup/cgroup.kill"; } 2>/dev/null || :
for _ in $(seq 50); do
  [ -n "$supervisor" ] && [ -d "/proc/$supervisor" ] || break
  sleep 0.02
done
[ -z "$supervisor" ] || kill -9 "$supervisor" 2>/dev/null || :
for _ in $(seq 250); do
  [ -d "$cgroup" ] || break
  { echo 1 > "$cgroup/cgroup.kill"; } 2>/dev/null || :
  find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.02
done
ip netns delete "$netns" 2>/dev/null || :
`;

/** Ends everything in the host without warning; its supervisor boots it again. */
export function pullPlug(instance: Instance, host: string): void {
  writeFileSync(join(hostCgroup(instance, host), "cgroup.kill"), "1");
}

/** Process id of the host's supervisor; undefined when it is off. */
export function supervisor(instance: Instance, host: string): number | undefined {
  const file = inHost(instance, host, "supervisor.pid");
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, "utf8"));
  // The number may have been given to another process since.
  const arguments_ = readText(`/proc/${pid}/cmdline`).split("\0");
  return arguments_.includes(inHost(instance, host)) ? pid : undefined;
}

/** Process id, as this machine sees it, of the host's systemd; undefined while it is off. */
export function leader(instance: Instance, host: string): number | undefined {
  const pids = readText(join(hostCgroup(instance, host), "payload/init.scope/cgroup.procs"));
  return pids ? Number.parseInt(pids, 10) : undefined;
}

/** Number of the host's network namespace: another one after every boot. */
export function netnsNumber(instance: Instance, host: string): number {
  return statSync(`/run/netns/${hostNetns(instance, host)}`).ino;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
