import { join } from "node:path";
import { aptGet } from "./apt.ts";
import { basePath, withOverlay } from "./base.ts";
import { cached, inCache, recipeId } from "./cache.ts";
import { attempt, run, shell } from "./command.ts";
import type { Suite } from "./versions.ts";

/** What a gateway may ask its package repository for. A release that lacks one (Debian 13 has no Dante) is without it. */
const wanted = [
  "dante-server",
  "nftables",
  "iptables",
  "iputils-ping",
  "curl",
  "ca-certificates",
  "libpam-pwdfile",
  "libnss-systemd",
  "netcat-openbsd",
  "socat",
  "bind9-dnsutils",
  "procps",
  "kmod",
  "conntrack",
  "openssl",
  "microsocks",
  "tinyproxy-bin",
  "tinyproxy",
  "wireguard-tools",
  "wireguard-go",
  "systemd-resolved",
  "docker.io",
] as const;

export const debPoolPath = (suite: Suite): string =>
  inCache("debs", `${suite}-${recipeId(wanted, basePath(suite).split("/").pop())}`);

/**
 * A Debian package repository in one flat directory: `wanted` and whatever it depends on beyond the base.
 *
 * Use it with `deb [trusted=yes] http://…/ ./`.
 */
export function prepareDebPool(suite: Suite): Promise<string> {
  return cached(debPoolPath(suite), `fetching packages for ${suite}`, async (part) => {
    const scratch = join(part, "scratch");
    await run(["mkdir", scratch]);
    await withOverlay(suite, scratch, async (root) => {
      for (const name of wanted) await download(root, name);
      await shell('find "$1/var/cache/apt/archives" -maxdepth 1 -name "*.deb" -exec mv -t "$2" {} +', [
        root,
        part,
      ]);
    });
    await run(["rm", "-rf", scratch]);
    await shell("apt-ftparchive packages . > Packages && gzip --keep Packages", [], { cwd: part });
    await shell("apt-ftparchive release . > .Release && mv .Release Release", [], { cwd: part });
  });
}

/** Each for itself, so that two that exclude each other can both be in the pool. */
async function download(root: string, name: string): Promise<void> {
  const known = await attempt(["chroot", root, "apt-cache", "show", "--no-all-versions", name]);
  if (known.code !== 0) return;
  await run(["chroot", root, ...aptGet, "--download-only", "--reinstall", "install", name]);
}
