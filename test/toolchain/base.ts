import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { aptGet } from "./apt.ts";
import { cached, inCache, recipeId } from "./cache.ts";
import { run, shell } from "./command.ts";
import type { Suite } from "./versions.ts";

/** What a bare host has beyond Debian's smallest system. */
const basePackages = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "openssh-server",
  "iproute2",
  "sudo",
  "ca-certificates",
] as const;

/** What the hosts around the gateway have on top: clients' tools, and busybox for web servers. */
const toolPackages = [
  "curl",
  "bind9-dnsutils",
  "netcat-openbsd",
  "iputils-ping",
  "procps",
  "busybox",
  "socat",
  "nftables",
  "tcpdump",
] as const;

/** Settles a fresh system for the laboratory: `$1` is its root. */
const settle = `
chroot "$1" useradd --create-home --shell /bin/bash admin
echo 'admin ALL=(ALL) NOPASSWD: ALL' > "$1/etc/sudoers.d/admin"
chmod 0440 "$1/etc/sudoers.d/admin"
# Each host gets keys of its own; sshd says whom it lets in and what they start, so that tests can count.
rm -f "$1"/etc/ssh/ssh_host_*
printf '%s\\n' 'HostKey /etc/ssh/ssh_host_ed25519_key' 'PasswordAuthentication no' 'LogLevel VERBOSE' \\
  'UseDNS no' > "$1/etc/ssh/sshd_config.d/laboratory.conf"
# Timers that fetch packages by themselves would hold apt's lock at moments of their own choosing.
chroot "$1" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer
chroot "$1" systemctl --quiet enable ssh.service
: > "$1/etc/machine-id"
rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/var/log/*.log "$1"/var/lib/dbus/machine-id
rm -f "$1/etc/hostname" "$1/etc/resolv.conf"
`;

const noDaemons = "#!/bin/sh\nexit 101\n";

export const basePath = (suite: Suite): string =>
  inCache("base", `${suite}-${recipeId(basePackages, settle)}`);

/** The root of a small Debian, as a directory: systemd, sshd, iproute2, sudo and nothing that a gateway needs. */
export function prepareBase(suite: Suite): Promise<string> {
  return cached(basePath(suite), `installing Debian ${suite} into the cache`, async (part) => {
    const include = `--include=${basePackages.join(",")}`;
    await run(["debootstrap", "--variant=minbase", include, suite, part]);
    // Kept aside: hosts know no repository but the laboratory's, the cache still needs the real one.
    await run(["cp", join(part, "etc/apt/sources.list"), `${basePath(suite)}.sources`]);
    await shell(settle, [part]);
  });
}

export const toolLayerPath = (suite: Suite): string =>
  join(inCache("layer", `${suite}-${recipeId(basePackages, settle, toolPackages)}`), "upper");

/** An overlay layer that turns the base into a host with tools. */
export async function prepareToolLayer(suite: Suite): Promise<string> {
  const path = toolLayerPath(suite);
  await cached(join(path, ".."), `installing tools for the hosts around the gateway`, (part) =>
    withOverlay(suite, part, async (root) => {
      await run(["chroot", root, ...aptGet, "install", ...toolPackages], {
        env: { DEBIAN_FRONTEND: "noninteractive" },
      });
      await shell(
        'rm -rf "$1"/var/cache/apt/*.bin "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1/usr/sbin/policy-rc.d" "$1/etc/resolv.conf" "$1/etc/apt/sources.list"',
        [root],
      );
    }),
  );
  return path;
}

/** Does `work` in a writable copy of the base that can fetch packages; what it changed is in `part/upper`. */
export async function withOverlay(
  suite: Suite,
  part: string,
  work: (root: string) => Promise<void>,
): Promise<void> {
  const [upper, temporary, root] = ["upper", "work", "root"].map((name) => join(part, name)) as [
    string,
    string,
    string,
  ];
  await run(["mkdir", upper, temporary, root]);
  const layers = `lowerdir=${basePath(suite)},upperdir=${upper},workdir=${temporary}`;
  await run(["mount", "-t", "overlay", "overlay", "-o", layers, root]);
  try {
    await run(["cp", "/etc/resolv.conf", join(root, "etc/resolv.conf")]);
    await run(["cp", `${basePath(suite)}.sources`, join(root, "etc/apt/sources.list")]);
    await writeFile(join(root, "usr/sbin/policy-rc.d"), noDaemons, { mode: 0o755 });
    await run(["chroot", root, ...aptGet, "update"]);
    await work(root);
  } finally {
    await run(["umount", root]);
    await run(["rm", "-rf", temporary, root]);
  }
}
