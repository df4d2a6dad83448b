import { existsSync } from "node:fs";
import { installMissing } from "./apt.ts";
import { basePath, prepareBase, prepareToolLayer } from "./base.ts";
import { inCache } from "./cache.ts";
import { debPoolPath, prepareDebPool } from "./deb-pool.ts";
import { prepareEngine } from "./engine.ts";
import { buildGo } from "./go.ts";
import { coredns, headscale, singBox, tailscale } from "./go-programs.ts";
import { withLock } from "./lock.ts";
import { prepareMirror } from "./mirror.ts";
import type { Suite } from "./versions.ts";

/** Programs that laboratory and toolchain call on this machine, and the packages that have them. */
const machineCommands = {
  debootstrap: "debootstrap",
  "systemd-nspawn": "systemd-container",
  nsenter: "util-linux",
  flock: "util-linux",
  ip: "iproute2",
  nft: "nftables",
  openssl: "openssl",
  "ssh-keygen": "openssh-client",
  "apt-ftparchive": "apt-utils",
  sysctl: "procps",
};

/**
 * Puts everything that laboratory and tests need into the cache: about ten minutes on two cores the first time, a
 * moment afterwards. Stopped half-way, it goes on where it was.
 *
 * @param suites releases for the gateway; the other hosts are always the first release of `versions.json`.
 */
export function prepare(suites: readonly Suite[]): Promise<void> {
  return withLock(inCache("prepare.lock"), "the cache", () => prepareLocked(suites));
}

async function prepareLocked(suites: readonly Suite[]): Promise<void> {
  await installMissing(machineCommands);
  // Systems come from the network, programs from the processor: the two queues hardly disturb each other.
  await Promise.all([prepareSystems(suites), preparePrograms()]);
}

async function prepareSystems(suites: readonly Suite[]): Promise<void> {
  for (const suite of new Set<Suite>(["bookworm", ...suites])) {
    await prepareBase(suite);
    await prepareDebPool(suite);
  }
  await prepareToolLayer("bookworm");
}

async function preparePrograms(): Promise<void> {
  await buildGo(tailscale);
  await buildGo(coredns);
  await buildGo(singBox);
  await prepareMirror();
  await buildGo(headscale);
  await prepareEngine();
}

/** Whether hosts of that release can be made without fetching anything. */
export const hasSystem = (suite: Suite): boolean =>
  [basePath(suite), debPoolPath(suite)].every((path) => existsSync(path));
