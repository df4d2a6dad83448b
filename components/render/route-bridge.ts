import type { Desired } from "../../providers/engine/kinds/desired.ts";
import type { Requirement } from "../../providers/engine/kinds/requirement.ts";
import { networkOf, viaRoute } from "./ipv4.ts";
import { controlServer } from "./link/links.ts";
import { tailscaleNode } from "./link/tailscale.ts";
import { routeNames, tailnetNames } from "./names.ts";
import { netnsPlace } from "./place/netns.ts";
import { SHIFTED } from "./place/visitor.ts";
import { visitor, visitorRules } from "./route/visitor-node.ts";
import { allReadable } from "./unit/files.ts";
import { desiredOf } from "./unit/part.ts";
import type { ReadFiles } from "./unit/stamp.ts";

/** Routes into a tailnet with every default filled in. */
export interface RouteBridgeSpec {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  /** The /30 between the host and the namespace. */
  readonly vethSubnet: string;
  readonly tailscaleVersion: string;
  /** What the addresses of this tailnet are told apart by in the primary one, 0 to 65535. */
  readonly site: number;
  /** IPv4 networks of the tailnet. */
  readonly networks: readonly string[];
  /** Networks that the primary tailnet does not have, by which others of the tailnet, of the same size, are offered. */
  readonly map: Readonly<Record<string, string>>;
  /** Offer the tailnet's own machines as well. */
  readonly machines: boolean;
  /** Private IPv4 networks that the namespace may reach through the host. */
  readonly reach: readonly string[];
  /** URL of the control server of the primary tailnet. */
  readonly loginServer: string;
  readonly hostname: string;
  /** PEM, trusted by this node beside the host's own certificates; `null`: none. */
  readonly caCertificates: string | null;
  /** Seconds. */
  readonly loginTimeout: number;
  /** A browser logs the node in; there is no auth key. */
  readonly browserLogin: boolean;
}

/** A node of the primary tailnet in the namespace of another one, by which any program reaches that without a proxy. */
export function renderRouteBridge(spec: RouteBridgeSpec): Desired {
  const { tailnet, vethSubnet } = spec;
  const names = tailnetNames(tailnet);
  const own = routeNames(names);
  const server = controlServer(new URL(spec.loginServer));
  const rules = visitorRules({ ...spec, server }, own);
  const node = {
    ...spec,
    name: `primary (for ${tailnet})`,
    acceptDns: false,
    acceptRoutes: false,
    exitNode: "",
    advertiseRoutes: offeredRoutes(spec),
  };
  return desiredOf(tailscaleNode(node, own, netnsPlace(names), visitor(tailnet, vethSubnet, own), rules), {
    files: allReadable(ownOf(rules, own.config)),
    packages: PACKAGES,
    requirements: REQUIREMENTS,
  });
}

const PACKAGES: Desired["packages"] = { "iputils-ping": { keepOff: [] } };

const REQUIREMENTS: readonly Requirement[] = [
  { kind: "package", name: "iputils-ping", instead: "use Debian 12 or Ubuntu 24.04" },
];

/** What the node offers its tailnet: 4via6 networks, and those that need no site. */
export function offeredRoutes({
  site,
  networks,
  map,
  machines,
}: Pick<RouteBridgeSpec, "site" | "networks" | "map" | "machines">): string[] {
  const bySite = [...networks, ...(machines ? [SHIFTED] : [])];
  return [...bySite.map((network) => viaRoute(site, networkOf(network))), ...Object.keys(map)];
}

/** The scripts are the Gateway's. */
function ownOf(texts: ReadFiles, directory: string): ReadFiles {
  return Object.fromEntries(Object.entries(texts).filter(([path]) => path.startsWith(`${directory}/`)));
}
