import { randomBytes } from "node:crypto";
import { enabledUnit, type HostFiles } from "./files.ts";
import type { Instance } from "./instance.ts";
import { lanFiles, siteFiles } from "./lan-files.ts";
import type { Secrets } from "./secrets.ts";
import { tailscaleFiles } from "./tailscale-files.ts";
import { type HostPlan, planOf, routerAddress } from "./topology.ts";
import { onceAtBoot } from "./unit-files.ts";

/** First user that Debian makes: `admin` of the base. */
const admin = 1000;

/** What every host has: a name, addresses, a resolver, keys to get in, the package repository, the laboratory's CA. */
export function hostFiles(instance: Instance, plan: HostPlan, secrets: Secrets, caBundle: string): HostFiles {
  const mirror = planOf(instance, "mirror").address;
  const hostKey = secrets.hostKeys[plan.name];
  const login = `${secrets.publicKey}\n`;
  return {
    "/etc/hostname": `${plan.name}\n`,
    "/etc/hosts": `127.0.0.1\tlocalhost\n127.0.1.1\t${plan.name}\n::1\tlocalhost ip6-localhost\n`,
    "/etc/machine-id": `${randomBytes(16).toString("hex")}\n`,
    "/etc/resolv.conf": `nameserver ${mirror}\n`,
    "/etc/ssh/ssh_host_ed25519_key": { text: hostKey.privateKey, mode: 0o600 },
    "/etc/ssh/ssh_host_ed25519_key.pub": `${hostKey.publicKey}\n`,
    "/root/.ssh/authorized_keys": { text: login, mode: 0o600 },
    "/home/admin/.ssh/authorized_keys": { text: login, mode: 0o600, owner: admin },
    "/etc/apt/sources.list": `deb [trusted=yes] http://${mirror}/debian/${plan.name === "gateway" ? instance.suite : "bookworm"}/ ./\n`,
    "/usr/local/share/ca-certificates/laboratory.crt": secrets.ca,
    // What update-ca-certificates would write, without the second it takes.
    "/etc/ssl/certs/ca-certificates.crt": `${caBundle}${secrets.ca}`,
    // A container has no kernel modules to load, and Debian 13 calls that a failure.
    "/etc/systemd/system/systemd-modules-load.service": { link: "/dev/null" },
    // Newer than /usr: the first boot is like any other.
    "/etc/.updated": "",
    "/var/.updated": "",
    ...enabledUnit("uplink.service", uplink(instance, plan)),
    ...(plan.lan ? { ...lanFiles(plan.name), ...siteFiles(plan.name) } : {}),
    ...(plan.tailnet ? tailscaleFiles : {}),
  };
}

function uplink(instance: Instance, plan: HostPlan): string {
  const router = routerAddress(instance);
  const commands = plan.links.flatMap((link) => [
    ...link.addresses.map((address) => `/sbin/ip address add ${address} dev ${link.card}`),
    `/sbin/ip link set ${link.card} up`,
  ]);
  return onceAtBoot(
    "Addresses of this host's network cards",
    [
      "/sbin/ip link set lo up",
      ...commands,
      `/sbin/ip route replace ${router} dev eth0`,
      `/sbin/ip route add default via ${router}`,
    ],
    [["Before", "network.target network-online.target ssh.service"]],
  ).replace("multi-user.target", "multi-user.target network-online.target");
}
