import { FORWARDING_UNIT, KERNEL_GATEWAY, KERNEL_SCRIPT } from "../names.ts";
import { command, type UnitText } from "../unit-file.ts";

export interface ForwardingUnit {
  readonly readOnReload: readonly string[];
}

/**
 * Forwarding and the gateway's own firewall table. Bound to nftables.service, because a restart or
 * reload of that one flushes every table.
 */
export function forwardingUnit({ readOnReload }: ForwardingUnit): UnitText {
  return {
    name: FORWARDING_UNIT,
    sections: [
      [
        "Unit",
        [
          ["Description", "Forwarding and firewall of the tailnet gateway"],
          ["After", "network-pre.target systemd-sysctl.service nftables.service"],
          ["PartOf", "nftables.service"],
          ["ReloadPropagatedFrom", "nftables.service"],
        ],
      ],
      [
        "Service",
        [
          ["Type", "oneshot"],
          ["RemainAfterExit", "yes"],
          ["ExecStart", command(KERNEL_SCRIPT, "up", KERNEL_GATEWAY)],
          ["ExecReload", command(KERNEL_SCRIPT, "up", KERNEL_GATEWAY)],
          // Not ExecStop: this runs after a start that failed half-way, too.
          ["ExecStopPost", command(KERNEL_SCRIPT, "down", KERNEL_GATEWAY)],
          ["TimeoutStartSec", "60"],
        ],
      ],
      ["Install", [["WantedBy", "multi-user.target nftables.service"]]],
    ],
    readOnReload,
    check: [KERNEL_SCRIPT, "check", KERNEL_GATEWAY],
  };
}
