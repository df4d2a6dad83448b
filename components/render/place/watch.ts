import { FORWARDING_UNIT, KERNEL_SCRIPT, WATCH_UNIT } from "../names.ts";
import type { Part } from "../unit/part.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { command, type Entry } from "../unit/text.ts";

/** Root, for firewalls and namespaces. Nothing that needs mounts of its own: it would keep namespaces to itself. */
const SANDBOX: readonly Entry[] = [
  ["CapabilityBoundingSet", "CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_ADMIN"],
  ["NoNewPrivileges", "yes"],
  ["IPAddressDeny", "any"],
  ["RestrictAddressFamilies", "AF_UNIX AF_NETLINK AF_INET AF_INET6"],
  ["RestrictNamespaces", "net mnt"],
  ["RestrictRealtime", "yes"],
  ["RestrictSUIDSGID", "yes"],
  ["LockPersonality", "yes"],
  ["MemoryDenyWriteExecute", "yes"],
  ["DevicePolicy", "closed"],
  ["KeyringMode", "private"],
  ["SystemCallArchitectures", "native"],
  ["SystemCallFilter", "@system-service @mount setns unshare"],
  ["SystemCallFilter", "~@resources @keyring"],
  ["SystemCallErrorNumber", "EPERM"],
  ["LimitCORE", "0"],
];

/**
 * A process that looks at what the units hold in the kernel and mends it: other programs flush firewalls, take rules
 * away, switch forwarding off, and resolvers come and go with networks.
 *
 * @param scripts what it is made of.
 */
export function watch(scripts: ReadFiles): Part {
  return {
    units: [
      {
        name: WATCH_UNIT,
        sections: [
          [
            "Unit",
            [
              ["Description", "Mends what the tailnet gateway has in the kernel"],
              ["After", FORWARDING_UNIT],
            ],
          ],
          [
            "Service",
            [
              ["Type", "exec"],
              ["ExecStart", command(KERNEL_SCRIPT, "watch")],
              ["Restart", "always"],
              ["RestartSec", "5"],
              ["LogRateLimitIntervalSec", "1h"],
              ["LogRateLimitBurst", "200"],
              // nft reads the whole ruleset of the host, which may hold lists of a hundred thousand addresses.
              ["MemoryMax", "512M"],
              ["OOMPolicy", "continue"],
              ["TasksMax", "32"],
              ...SANDBOX,
            ],
          ],
          ["Install", [["WantedBy", "multi-user.target"]]],
        ],
        readAtStart: scripts,
      },
    ],
  };
}
