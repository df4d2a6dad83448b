import { chmodSync, existsSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, shell } from "../toolchain/command.ts";
import { instances, laboratories, writeWhole } from "./instance.ts";

/** What laboratories changed on this machine, beyond things that carry their name; undone by the last one. */
interface Changes {
  /** `fs.inotify.max_user_instances` before. */
  readonly inotifyInstances?: string;
  /** Where a cgroup2 was mounted, because there was none. */
  readonly cgroupMount?: string;
  /** /dev/net/tun had to be made. */
  readonly tun?: true;
  /** Mode of /dev/net/tun before: hosts share this node, and a daemon of its own user opens it. */
  readonly tunMode?: number;
  /** systemd-nspawn had never run. */
  readonly nspawnDirectory?: true;
  /** /run/netns was not there. */
  readonly netnsDirectory?: true;
}

const record = join(laboratories, "machine.json");
/** Where systemd-nspawn notes its machines. */
const nspawnDirectory = "/run/systemd/nspawn";
const inotify = "/proc/sys/fs/inotify/max_user_instances";
/** Every host's systemd takes a few dozen; at the default of 128 the 21st host dies. */
const inotifyWanted = 2048;

/** Puts the machine into the state that laboratories need, noting first how it was. */
export async function readyMachine(): Promise<void> {
  const before: Changes = existsSync(record)
    ? (JSON.parse(readFileSync(record, "utf8")) as Changes)
    : await survey();
  writeWhole(record, JSON.stringify(before));
  if (before.inotifyInstances) writeFileSync(inotify, `${inotifyWanted}\n`);
  if (before.cgroupMount && !cgroupRoot()) {
    await shell('mkdir -p "$1"; mount -t cgroup2 cgroup2 "$1"', [before.cgroupMount]);
  }
  if (!existsSync("/dev/net/tun"))
    await shell(
      "modprobe tun 2>/dev/null || :; mkdir -p /dev/net; [ -e /dev/net/tun ] || mknod /dev/net/tun c 10 200",
    );
  // as udev makes it on a real host
  chmodSync("/dev/net/tun", 0o666);
}

async function survey(): Promise<Changes> {
  const now = readFileSync(inotify, "utf8").trim();
  return {
    ...(Number(now) < inotifyWanted ? { inotifyInstances: now } : {}),
    ...(cgroupRoot() ? {} : { cgroupMount: join(laboratories, "cgroup") }),
    ...(existsSync("/dev/net/tun") ? { tunMode: statSync("/dev/net/tun").mode & 0o777 } : { tun: true }),
    ...(existsSync(nspawnDirectory) ? {} : { nspawnDirectory: true }),
    ...(existsSync("/run/netns") ? {} : { netnsDirectory: true }),
  };
}

/** Undoes `readyMachine` when no laboratory is left. */
export async function restoreMachine(): Promise<void> {
  if (instances().length > 0 || !existsSync(record)) return;
  const before = JSON.parse(readFileSync(record, "utf8")) as Changes;
  if (before.inotifyInstances) writeFileSync(inotify, `${before.inotifyInstances}\n`);
  if (before.cgroupMount) await run(["umount", before.cgroupMount]);
  if (before.nspawnDirectory) rmSync(nspawnDirectory, { recursive: true, force: true });
  if (before.tun) rmSync("/dev/net/tun", { force: true });
  if (before.tunMode !== undefined) chmodSync("/dev/net/tun", before.tunMode);
  if (before.netnsDirectory)
    await shell("umount /run/netns 2>/dev/null || :; rmdir /run/netns 2>/dev/null || :");
  rmSync(record);
  if (before.cgroupMount) rmdirSync(before.cgroupMount);
}

/** Where cgroup2 is mounted; undefined when nowhere. */
export function cgroupRoot(): string | undefined {
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return mounts.map((line) => line.split(" ")).find((fields) => fields[2] === "cgroup2")?.[1];
}
