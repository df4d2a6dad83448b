import type { KernelObject } from "../../../providers/engine/kinds/kernel-object.ts";
import { CONFIG, FORWARDING_UNIT, KERNEL_GATEWAY } from "../names.ts";
import { fill } from "../template.ts";
import { readable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import type { UnitText } from "../unit/unit-file.ts";
import { heldInKernel } from "./in-kernel.ts";
import { kernelScript } from "./kernel-script.ts";

export interface PrimaryTailnet {
  /** IPv4 address of the host in its primary tailnet. */
  readonly primaryAddress: string;
  /** Interface that holds it. */
  readonly primaryInterface: string;
}

/** What the script in the kernel would take for its own, if it were there. */
const KERNEL_OBJECTS: readonly KernelObject[] = ["table inet tsproxy"];

/** What the namespaces of a host have in common in its kernel: forwarding, and the gateway's own firewall table. */
export function forwarding(primary: PrimaryTailnet): Part {
  const table = fill("place/gateway.nft", primary);
  return {
    units: [forwardingUnit([kernelScript(), table])],
    files: { [`${CONFIG}/gateway.nft`]: readable(table) },
    kernel: { [FORWARDING_UNIT]: KERNEL_OBJECTS },
  };
}

/** Bound to nftables.service, because a restart or reload of that one flushes every table. */
function forwardingUnit(readOnReload: readonly string[]): UnitText {
  const { service, check } = heldInKernel(KERNEL_GATEWAY);
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
