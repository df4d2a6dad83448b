import type { KernelObject } from "../../../providers/engine/kinds/kernel-object.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { Requirement } from "../../../providers/engine/kinds/requirement.ts";
import { isAddress, viaNetwork } from "../ipv4.ts";
import { FIREWALL, FORWARDING_UNIT, KERNEL_SCRIPT, type TailnetNames } from "../names.ts";
import { fill } from "../template.ts";
import { readable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import type { Entry } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";
import { firewall, type LinkNetwork } from "./firewall.ts";
import { heldInKernel } from "./in-kernel.ts";
import { kernelScripts } from "./kernel-script.ts";
import { type Veth, veth6Of } from "./veth.ts";

/** Of a server that a namespace must reach through the host. */
export interface ServerAddress {
  /** A name or an IPv4 address. */
  readonly host: string;
  readonly port: number;
}

export interface NamespaceSpec {
  /** Name of the tailnet on the host. */
  readonly name: string;
  readonly names: TailnetNames;
  readonly veth: Veth;
  readonly link: LinkNetwork;
  /** Interface of the host's primary tailnet, closed to this namespace. */
  readonly primaryInterface: string;
  /** Open if its host is an address; a name is looked up inside, and where it leads is not known here. */
  readonly controlServer: ServerAddress;
  /** Private IPv4 networks that the namespace may reach through the host. */
  readonly reach: readonly string[];
  /** CIDRs behind the host that the namespace forwards to. */
  readonly advertiseRoutes: readonly string[];
  /** IPv4 resolvers of the uplink; empty: those that the host uses. */
  readonly resolvers: readonly string[];
  /** It belongs to a user namespace of the link's user. */
  readonly userNamespace: boolean;
  /** It reaches the internet by IPv6, too. */
  readonly uplink6: boolean;
}

/** A network namespace with its veth pair, routes and firewall tables. */
export function namespace(spec: NamespaceSpec): Part {
  const { names, primaryInterface, link } = spec;
  const settings = settingsFile(spec);
  const path: HostPath = `${names.config}/netns.conf`;
  const readOnReload = {
    ...kernelScripts(link.interface),
    [FIREWALL]: firewall(primaryInterface, link),
    [path]: settings,
  };
  return {
    units: [namespaceUnit(spec, readOnReload)],
    files: { [path]: readable(settings) },
    kernel: { [names.units.netns]: kernelObjects(spec) },
    requirements: requirements(spec),
  };
}

/** Every other unit of the tailnet is bound to this one. */
function namespaceUnit(spec: NamespaceSpec, readOnReload: ReadFiles): UnitText {
  const {
    name,
    names: { units },
    veth: { subnet },
  } = spec;
  const { service, check } = heldInKernel(name, spec.userNamespace ? owner(spec.names) : []);
  return {
    name: units.netns,
    sections: [
      [
        "Unit",
        [
          ["Description", `Network namespace of tailnet ${name}`],
          ["Wants", FORWARDING_UNIT],
          // Another one is not mended into a namespace, whose processes know their addresses.
          ["X-Network", subnet],
          ["After", `network-pre.target systemd-sysctl.service nftables.service ${FORWARDING_UNIT}`],
        ],
      ],
      service,
      ["Install", [["WantedBy", "multi-user.target"]]],
    ],
    readOnReload,
    check,
  };
}

/**
 * The user of tailscaled, there as long as its namespace is. That user has a number when systemd starts a unit; the
 * script learns it from the unit's directory.
 */
function owner({ netnsDirectory, user }: TailnetNames): Entry[] {
  return [
    ["DynamicUser", "yes"],
    ["User", user],
    ["RuntimeDirectory", netnsDirectory],
  ];
}

function requirements({ names, veth, userNamespace }: NamespaceSpec): Requirement[] {
  return [
    { kind: "firewalls", interface: names.netns },
    { kind: "free-network", network: veth.subnet, argument: "veth" },
    ...(userNamespace ? [{ kind: "user-namespaces" } as const] : []),
  ];
}

/** What the script in the kernel would take for its own, if it were there. */
function kernelObjects({ names, veth, userNamespace, uplink6 }: NamespaceSpec): KernelObject[] {
  const { netns, table, run } = names;
  const { subnet } = veth;
  return [
    `namespace ${netns}`,
    `interface ${netns}`,
    `table inet ${table}`,
    `rule 5200 to ${subnet}`,
    `rule 5201 iif ${netns}`,
    ...(uplink6 ? ([`rule6 5200 to ${veth6Of(veth).subnet6}`, `rule6 5201 iif ${netns}`] as const) : []),
    ...(userNamespace ? [`mount ${run}/user` as const] : []),
  ];
}

/** For the kernel script. */
function settingsFile(spec: NamespaceSpec): string {
  return fill("place/netns.conf", {
    ...spec.names,
    ...spec.veth,
    by6: spec.uplink6 ? [veth6Of(spec.veth)] : [],
    program: KERNEL_SCRIPT,
    resolvers: spec.resolvers.join(" "),
    forwarding: spec.advertiseRoutes.length > 0 ? 1 : 0,
    dnsUnit: spec.names.units.dns,
    userNamespace: spec.userNamespace ? 1 : 0,
    server: isAddress(spec.controlServer.host) ? spec.controlServer.host : "",
    serverPort: spec.controlServer.port,
    reach: spec.reach.join(" "),
    advertised: spec.advertiseRoutes.map(uplinkNetwork).join(" "),
  });
}

/** The IPv4 network behind the host that a route leads to: itself, or the one in a 4via6 network. */
function uplinkNetwork(route: string): string {
  return route.includes(":") ? viaNetwork(route) : route;
}
