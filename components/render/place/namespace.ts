import type { KernelObject } from "../../../providers/engine/kinds/kernel-object.ts";
import { isAddress } from "../ipv4.ts";
import { FORWARDING_UNIT, KERNEL_SCRIPT, type TailnetNames } from "../names.ts";
import { fill } from "../template.ts";
import { readable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import type { UnitText } from "../unit/unit-file.ts";
import { firewall, type LinkNetwork } from "./firewall.ts";
import { heldInKernel } from "./in-kernel.ts";
import { kernelScript } from "./kernel-script.ts";
import type { Veth } from "./veth.ts";

export interface NamespaceSpec {
  /** Name of the tailnet on the host. */
  readonly name: string;
  readonly names: TailnetNames;
  readonly veth: Veth;
  readonly link: LinkNetwork;
  /** Interface of the host's primary tailnet, closed to this namespace. */
  readonly primaryInterface: string;
  /** Host of the control server. Open if it is an address; a name is looked up inside, and where it leads is not known here. */
  readonly controlServer: string;
  /** Private IPv4 networks that the namespace may reach through the host. */
  readonly reach: readonly string[];
  /** CIDRs behind the host that the namespace forwards to. */
  readonly advertiseRoutes: readonly string[];
  /** IPv4 resolvers of the uplink; empty: those that the host uses. */
  readonly resolvers: readonly string[];
}

/** A network namespace with its veth pair, routes and firewall tables. */
export function namespace(spec: NamespaceSpec): Part {
  const { name, names, veth, primaryInterface, link } = spec;
  const settings = settingsFile(spec);
  const read = [kernelScript(), firewall(primaryInterface, link), settings];
  return {
    units: [namespaceUnit(name, names, { readAtStart: [veth.subnet], readOnReload: read })],
    files: { [`${names.config}/netns.conf`]: readable(settings) },
    kernel: { [names.units.netns]: kernelObjects(names, veth) },
    requirements: [{ kind: "firewalls", interface: names.netns }],
  };
}

/** Every other unit of the tailnet is bound to this one. */
function namespaceUnit(
  name: string,
  { units }: TailnetNames,
  read: Pick<UnitText, "readAtStart" | "readOnReload">,
): UnitText {
  const { service, check } = heldInKernel(name);
  return {
    name: units.netns,
    sections: [
      [
        "Unit",
        [
          ["Description", `Network namespace of tailnet ${name}`],
          ["Wants", FORWARDING_UNIT],
          ["After", `network-pre.target systemd-sysctl.service nftables.service ${FORWARDING_UNIT}`],
        ],
      ],
      service,
      ["Install", [["WantedBy", "multi-user.target"]]],
    ],
    ...read,
    check,
  };
}

/** What the script in the kernel would take for its own, if it were there. */
function kernelObjects({ netns, table }: TailnetNames, { subnet }: Veth): KernelObject[] {
  return [
    `namespace ${netns}`,
    `interface ${netns}`,
    `table inet ${table}`,
    `rule 5200 to ${subnet}`,
    `rule 5201 iif ${netns}`,
  ];
}

/** For the kernel script. IPv6 networks (4via6) are not reached by the uplink, which is IPv4 only. */
function settingsFile(spec: NamespaceSpec): string {
  return fill("place/netns.conf", {
    ...spec.names,
    ...spec.veth,
    program: KERNEL_SCRIPT,
    resolvers: spec.resolvers.join(" "),
    forwarding: spec.advertiseRoutes.length > 0 ? 1 : 0,
    server: isAddress(spec.controlServer) ? spec.controlServer : "",
    reach: spec.reach.join(" "),
    advertised: spec.advertiseRoutes.filter((route) => !route.includes(":")).join(" "),
  });
}
