import type { Entry } from "./unit-file.ts";

/** What every process of ours can do without, whoever it runs as. */
const COMMON: readonly Entry[] = [
  ["NoNewPrivileges", "yes"],
  ["ProtectSystem", "strict"],
  ["ProtectHome", "yes"],
  ["PrivateTmp", "yes"],
  ["ProtectClock", "yes"],
  ["ProtectControlGroups", "yes"],
  ["ProtectHostname", "yes"],
  ["ProtectKernelLogs", "yes"],
  ["ProtectKernelModules", "yes"],
  ["ProtectProc", "invisible"],
  ["RestrictNamespaces", "yes"],
  ["RestrictRealtime", "yes"],
  ["RestrictSUIDSGID", "yes"],
  ["LockPersonality", "yes"],
  ["MemoryDenyWriteExecute", "yes"],
  ["RemoveIPC", "yes"],
  ["KeyringMode", "private"],
  ["SystemCallArchitectures", "native"],
  ["SystemCallErrorNumber", "EPERM"],
  ["UMask", "0077"],
];

/** For a process that only speaks over sockets. */
const SOCKETS_ONLY: readonly Entry[] = [
  ...COMMON,
  ["PrivateDevices", "yes"],
  ["ProtectKernelTunables", "yes"],
  ["ProcSubset", "pid"],
];

/** A network server under a user of its own, without any privilege. */
export const SERVER: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["CapabilityBoundingSet", ""],
  ...SOCKETS_ONLY,
  ["RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX AF_NETLINK"],
  ["SystemCallFilter", "@system-service"],
  ["SystemCallFilter", "~@privileged @resources"],
];

/** A network server that listens below port 1024. */
export const LOW_PORT_SERVER: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["AmbientCapabilities", "CAP_NET_BIND_SERVICE"],
  ["CapabilityBoundingSet", "CAP_NET_BIND_SERVICE"],
  ...SOCKETS_ONLY,
  ["RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX AF_NETLINK"],
  ["SystemCallFilter", "@system-service"],
  ["SystemCallFilter", "~@privileged @resources"],
];

/** Dante asks to change its user even when there is nothing to change, so @privileged calls fail instead of killing. */
export const DANTE: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["CapabilityBoundingSet", ""],
  ...SOCKETS_ONLY,
  ["RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX AF_NETLINK"],
  ["SystemCallFilter", "@system-service"],
];

/** tailscaled: makes its interface, routes and rules in the namespace it is in; no other device, no other file. */
export const TAILSCALED: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["AmbientCapabilities", "CAP_NET_ADMIN CAP_NET_RAW"],
  ["CapabilityBoundingSet", "CAP_NET_ADMIN CAP_NET_RAW"],
  ["DevicePolicy", "closed"],
  ["DeviceAllow", "/dev/net/tun rw"],
  ...COMMON,
  ["RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX AF_NETLINK"],
  ["SystemCallFilter", "@system-service"],
];

/** A command as root that only asks a daemon on this host. */
export const ASKER: readonly Entry[] = [
  ["CapabilityBoundingSet", ""],
  ...SOCKETS_ONLY,
  ["RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX AF_NETLINK"],
  ["SystemCallFilter", "@system-service"],
  ["SystemCallFilter", "~@privileged @resources"],
];
