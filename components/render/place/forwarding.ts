import type { KernelObject } from "../../../providers/engine/kinds/kernel-object.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { familyOf } from "../ipv6.ts";
import { CONFIG, FORWARDING_UNIT, KERNEL_GATEWAY, KERNEL_SCRIPT, RUN } from "../names.ts";
import { fill } from "../template.ts";
import { allReadable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { command, type Entry } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";
import { heldInKernel } from "./in-kernel.ts";

export interface PrimaryTailnet {
  /** Addresses of the host in its primary tailnet. */
  readonly addresses: readonly string[];
  /** Port of the DNS server there. */
  readonly dnsPort: number;
  /** Interface that holds them. */
  readonly primaryInterface: string;
  /** Namespaces reach the internet by IPv6, too. */
  readonly uplink6: boolean;
}

const TABLE: HostPath = `${CONFIG}/gateway.nft`;

/** There where it says more than its absence. */
const SETTINGS: HostPath = `${CONFIG}/gateway.conf`;

/** What the script in the kernel would take for its own, if it were there. */
const KERNEL_OBJECTS: readonly KernelObject[] = ["table inet tsproxy"];

/** What the namespaces of a host have in common in its kernel: forwarding, and the gateway's own firewall table. */
export function forwarding({ addresses, ...primary }: PrimaryTailnet, scripts: ReadFiles): Part {
  const at = addresses.map((address) => ({ family: familyOf(address), address }));
  const table = fill("place/gateway.nft", { ...primary, at });
  const settings = fill("place/gateway.conf", { program: KERNEL_SCRIPT });
  const texts = { [TABLE]: table, ...(primary.uplink6 && { [SETTINGS]: settings }) };
  return {
    units: [forwardingUnit({ ...scripts, ...texts })],
    files: allReadable(texts),
    kernel: { [FORWARDING_UNIT]: KERNEL_OBJECTS },
  };
}

/** Forwarding as it was found, where the script that knows more of it was deleted. */
const GIVE_BACK = `! cd ${RUN}/${KERNEL_GATEWAY} 2>/dev/null || cat ip_forward >/proc/sys/net/ipv4/ip_forward && rm ip_forward`;

/**
 * Reloaded with nftables.service, which flushes every table; what flushes them else, `watch` sees. After the programs that
 * close forwarding to others when they are the first to switch it on.
 */
function forwardingUnit(readOnReload: ReadFiles): UnitText {
  const { service, check } = heldInKernel(KERNEL_GATEWAY);
  return {
    name: FORWARDING_UNIT,
    sections: [
      [
        "Unit",
        [
          ["Description", "Forwarding and firewall of the tailnet gateway"],
          [
            "After",
            "network-pre.target systemd-sysctl.service nftables.service docker.service libvirtd.service",
          ],
          ["ReloadPropagatedFrom", "nftables.service"],
        ],
      ],
      [service[0], [...service[1].map(goingOn), ["ExecStopPost", command("-/bin/sh", "-c", GIVE_BACK)]]],
      ["Install", [["WantedBy", "multi-user.target"]]],
    ],
    readOnReload,
    check,
  };
}

/** What comes after a unit's end goes on where the script is gone. */
function goingOn([key, value]: Entry): Entry {
  return key === "ExecStopPost" ? [key, `-${value}`] : [key, value];
}
