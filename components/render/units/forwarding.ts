import type { HostPath } from "../../../providers/engine/model.ts";
import { FORWARDING_UNIT } from "../names.ts";
import { command, type UnitText } from "../unit-file.ts";

export interface ForwardingUnit {
  readonly script: HostPath;
  readonly readOnReload: readonly string[];
}

/**
 * Forwarding and the gateway's own firewall table. Bound to nftables.service, because a restart or
 * reload of that one flushes every table.
 */
export function forwardingUnit({ script, readOnReload }: ForwardingUnit): UnitText {
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
          ["ExecStart", command(script, "up")],
          ["ExecReload", command(script, "up")],
          // Not ExecStop: this runs after a start that failed half-way, too.
          ["ExecStopPost", command(script, "down")],
          ["TimeoutStartSec", "60"],
        ],
      ],
      ["Install", [["WantedBy", "multi-user.target nftables.service"]]],
    ],
    readOnReload,
    check: [script, "check"],
  };
}
