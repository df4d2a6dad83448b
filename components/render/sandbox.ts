import type { HostPath, UnitName } from "../../providers/engine/kinds/names.ts";
import { SANDBOXED, STAMP_SCRIPT } from "./names.ts";
import { fill } from "./template.ts";
import type { Entry } from "./unit-file.ts";

/** Read by systemd with every unit whose name begins with `SANDBOXED`. */
export const SANDBOX_FILE: HostPath = `/etc/systemd/system/${SANDBOXED}.service.d/sandbox.conf`;

/** What all those units have in common: the Gateway's file, and part of what every one of them is started with. */
export function sandbox(): string {
  return fill("sandbox.conf", { prefix: SANDBOXED, stamp: STAMP_SCRIPT });
}

/** Whether systemd reads `SANDBOX_FILE` with this unit. */
export function isSandboxed(unit: UnitName): boolean {
  return unit.startsWith(SANDBOXED) && unit.endsWith(".service");
}

/**
 * For a process in the host's own network, where no rules of ours are in its way: cloud providers tell secrets of
 * the machine at a link-local address. (Their resolvers may be there too, which only processes in namespaces ask.)
 */
export const IN_HOST_NETWORK: readonly Entry[] = [["IPAddressDeny", "link-local multicast"]];

/** For a process that only speaks over sockets. */
const SOCKETS_ONLY: readonly Entry[] = [
  ["PrivateDevices", "yes"],
  ["ProtectKernelTunables", "yes"],
  ["ProcSubset", "pid"],
];

/** A process under a user of its own, without any privilege. */
export const UNPRIVILEGED: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["CapabilityBoundingSet", ""],
  ...SOCKETS_ONLY,
  ["SystemCallFilter", "@system-service"],
  ["SystemCallFilter", "~@privileged @resources"],
];

/** A network server that listens below port 1024. */
export const LOW_PORT_SERVER: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["AmbientCapabilities", "CAP_NET_BIND_SERVICE"],
  ["CapabilityBoundingSet", "CAP_NET_BIND_SERVICE"],
  ...SOCKETS_ONLY,
  ["SystemCallFilter", "@system-service"],
  ["SystemCallFilter", "~@privileged @resources"],
];

/** Dante asks to change its user even when there is nothing to change, so @privileged calls fail instead of killing. */
export const DANTE: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["CapabilityBoundingSet", ""],
  ...SOCKETS_ONLY,
  ["SystemCallFilter", "@system-service"],
];

/** tailscaled: makes its interface, routes and rules in the namespace it is in; no other device, no other file. */
export const TAILSCALED: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["AmbientCapabilities", "CAP_NET_ADMIN CAP_NET_RAW"],
  ["CapabilityBoundingSet", "CAP_NET_ADMIN CAP_NET_RAW"],
  ["DevicePolicy", "closed"],
  ["DeviceAllow", "/dev/net/tun rw"],
  ["SystemCallFilter", "@system-service"],
  ["SystemCallFilter", "~@privileged @resources"],
];
