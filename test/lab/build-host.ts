import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { basePath, toolLayerPath } from "../toolchain/base.ts";
import { run, shell } from "../toolchain/command.ts";
import { debPoolPath } from "../toolchain/deb-pool.ts";
import { mirrorPath } from "../toolchain/mirror.ts";
import { paths } from "../toolchain/toolchain.ts";
import type { Suite } from "../toolchain/versions.ts";
import { controlFiles } from "./control-files.ts";
import { writeFiles } from "./files.ts";
import { hostFiles } from "./host-files.ts";
import { type Instance, writeWhole } from "./instance.ts";
import { mirrorFiles } from "./mirror-files.ts";
import { inHost } from "./names.ts";
import type { Secrets } from "./secrets.ts";
import { type HostName, type HostPlan, planOf } from "./topology.ts";

/** Makes a host's file system, mounted at its `root`. A half-made one is made again; a finished one is only mounted. */
export async function buildHost(instance: Instance, name: HostName, secrets: Secrets): Promise<void> {
  const plan = planOf(instance, name);
  const built = inHost(instance, name, "built");
  if (!existsSync(built)) await clear(instance, name);
  await mountRoot(instance, plan);
  if (existsSync(built)) return;
  await fill(instance, plan, secrets);
  writeWhole(built, "");
}

async function clear(instance: Instance, name: HostName): Promise<void> {
  await unmountRoot(instance, name);
  await run(["rm", "-rf", inHost(instance, name)]);
}

const suiteOf = (instance: Instance, name: HostName): Suite =>
  name === "gateway" ? instance.suite : "bookworm";

async function mountRoot(instance: Instance, plan: HostPlan): Promise<void> {
  const base = basePath(suiteOf(instance, plan.name));
  await mountLayers(instance, plan.name, plan.bare ? [base] : [toolLayerPath("bookworm"), base]);
}

/** Mounts a host's file system at its `root`, unless it is. @param lower read-only layers, top first */
export async function mountLayers(instance: Instance, host: string, lower: readonly string[]): Promise<void> {
  const root = inHost(instance, host, "root");
  if (mountedAt(root)) return;
  for (const directory of ["upper", "work", "root"])
    mkdirSync(inHost(instance, host, directory), { recursive: true });
  const writable = `upperdir=${inHost(instance, host, "upper")},workdir=${inHost(instance, host, "work")}`;
  await run(["mount", "-t", "overlay", "overlay", "-o", `lowerdir=${lower.join(":")},${writable}`, root]);
}

/** Safe to call whatever was mounted. */
export async function unmountRoot(instance: Instance, name: string): Promise<void> {
  const root = inHost(instance, name, "root");
  while (mountedAt(root)) await run(["umount", "--lazy", root]);
}

function mountedAt(path: string): boolean {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .some((line) => line.split(" ")[1] === path);
}

async function fill(instance: Instance, plan: HostPlan, secrets: Secrets): Promise<void> {
  const root = inHost(instance, plan.name, "root");
  const caBundle = readFileSync(join(root, "etc/ssl/certs/ca-certificates.crt"), "utf8");
  writeFiles(root, hostFiles(instance, plan, secrets, caBundle));
  await shell(
    'rm -rf "$1"/etc/apt/sources.list.d/*; chown -R 1000:1000 "$1/home/admin"; chmod 700 "$1/home/admin/.ssh" "$1/root/.ssh"',
    [root],
  );
  if (plan.name === "mirror") writeFiles(root, mirrorFiles(instance));
  if (plan.name === "control") writeFiles(root, controlFiles(instance, secrets));
  if (plan.bare) await installTailscale(root);
}

/** Real files: a product may move, replace or measure them. */
async function installTailscale(root: string): Promise<void> {
  const { tailscale, tailscaled } = await paths();
  await run(["cp", tailscaled, join(root, "usr/sbin/tailscaled")]);
  await run(["cp", tailscale, join(root, "usr/bin/tailscale")]);
}

/** What a host sees of the cache, as arguments for systemd-nspawn. */
export async function bindsOf(instance: Instance, name: HostName): Promise<string[]> {
  const { coredns, headscale, tailscale, tailscaled } = await paths();
  const plan = planOf(instance, name);
  const binds: Record<string, string> = {};
  if (name === "control") binds["/usr/local/bin/headscale"] = headscale;
  if (name === "mirror") Object.assign(binds, { "/usr/local/bin/coredns": coredns, ...mirrored(instance) });
  if (plan.tailnet && !plan.bare)
    Object.assign(binds, { "/usr/sbin/tailscaled": tailscaled, "/usr/bin/tailscale": tailscale });
  return Object.entries(binds).map(([inside, outside]) => `--bind-ro=${outside}:${inside}`);
}

function mirrored(instance: Instance): Record<string, string> {
  const tarballs = ["tailscale", "coredns", "sing-box", "SHA256SUMS"].map((name) => [
    `/srv/mirror/${name}`,
    join(mirrorPath(), name),
  ]);
  const suites = [...new Set<Suite>(["bookworm", instance.suite])];
  return Object.fromEntries([
    ...tarballs,
    ...suites.map((suite) => [`/srv/mirror/debian/${suite}`, debPoolPath(suite)]),
  ]);
}
