import { FORWARDING_UNIT, KERNEL_GATEWAY } from "../names.ts";
import type { UnitText } from "../unit-file.ts";
import { inKernel } from "./in-kernel.ts";

export interface ForwardingUnit {
  readonly readOnReload: readonly string[];
}

/**
 * Forwarding and the gateway's own firewall table. Bound to nftables.service, because a restart or
 * reload of that one flushes every table.
 */
export function forwardingUnit({ readOnReload }: ForwardingUnit): UnitText {
  const { service, check } = inKernel(KERNEL_GATEWAY);
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
      service,
      ["Install", [["WantedBy", "multi-user.target nftables.service"]]],
    ],
    readOnReload,
    check,
  };
}
