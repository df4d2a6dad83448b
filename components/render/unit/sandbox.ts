import type { UnitName } from "../../../providers/engine/kinds/names.ts";
import { SANDBOXED } from "../names.ts";
import { fill } from "../template.ts";
import type { Entry } from "./text.ts";

/** What all those units have in common: the Gateway's file, and part of what every one of them is started with. */
export function sandbox(): string {
  return fill("unit/sandbox.conf", { prefix: SANDBOXED });
}

/** Whether systemd reads `SANDBOX_FILE` with this unit. */
export function isSandboxed(unit: UnitName): boolean {
  return unit.startsWith(SANDBOXED) && unit.endsWith(".service");
}

/** For a process that only speaks over sockets. */
export const SOCKETS_ONLY: readonly Entry[] = [
  ["RestrictNamespaces", "yes"],
  ["PrivateDevices", "yes"],
  ["ProtectKernelTunables", "yes"],
  ["ProcSubset", "pid"],
];

/** System calls of a process that asks for no privilege; any other kills it. */
export const UNPRIVILEGED_CALLS: readonly Entry[] = [
  ["SystemCallFilter", "@system-service"],
  ["SystemCallFilter", "~@privileged @resources"],
];

/** A process under a user of its own, without any privilege. */
export const UNPRIVILEGED: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["CapabilityBoundingSet", ""],
  ...SOCKETS_ONLY,
  ...UNPRIVILEGED_CALLS,
];

/** A process under a user of its own with some privileges, for example `CAP_NET_BIND_SERVICE`. */
export function privileged(capabilities: string): readonly Entry[] {
  return [
    ["DynamicUser", "yes"],
    ["AmbientCapabilities", capabilities],
    ["CapabilityBoundingSet", capabilities],
  ];
}
