import type { Desired } from "../../providers/engine/kinds/desired.ts";
import type { Requirement } from "../../providers/engine/kinds/requirement.ts";
import { insideDns } from "./dns/inside.ts";
import { isAddress } from "./ipv4.ts";
import { DEFAULT_LINK, type LinkName, links } from "./link/links.ts";
import { TAILSCALE } from "./link/tailscale-network.ts";
import { tailnetNames } from "./names.ts";
import { namespace } from "./place/namespace.ts";
import { netnsPlace } from "./place/netns.ts";
import type { Veth } from "./place/veth.ts";
import { desiredOf } from "./unit/part.ts";

export { AUTH_KEY, TAILNET_PROBE } from "./link/tailscale.ts";

/** A tailnet with every default filled in. */
export interface NetnsTailnetSpec {
  /** Name on the host. */
  readonly name: string;
  /** Interface of the host's primary tailnet, closed to this one. */
  readonly primaryInterface: string;
  /** The namespace reaches the internet by IPv6, too. */
  readonly uplink6: boolean;
  readonly tailscaleVersion: string;
  readonly corednsVersion: string;
  readonly veth: Veth;
  /** URL of the control server. */
  readonly loginServer: string;
  readonly hostname: string;
  readonly acceptRoutes: boolean;
  readonly acceptDns: boolean;
  /** CIDRs: IPv4 networks behind the host, or 4via6 networks. */
  readonly advertiseRoutes: readonly string[];
  /** Address or stable id of an exit node; empty: none. */
  readonly exitNode: string;
  /** PEM, trusted by this node beside the host's own certificates; `null`: none. */
  readonly caCertificates: string | null;
  /** Private IPv4 networks that the namespace may reach through the host. */
  readonly reach: readonly string[];
  /** IPv4 resolvers of the uplink; empty: those that the host uses. */
  readonly resolvers: readonly string[];
  /** Seconds. */
  readonly loginTimeout: number;
  /** tailscaled has no privilege on the host: its namespace belongs to a user namespace. */
  readonly userNamespace: boolean;
  /** A browser logs the node in; there is no auth key. */
  readonly browserLogin: boolean;
  /** What carries its traffic. @default "tailscale" */
  readonly link?: LinkName;
}

/** A namespace with its own tailscaled and resolver. */
export function renderNetnsTailnet(spec: NetnsTailnetSpec): Desired {
  const names = tailnetNames(spec.name);
  const place = netnsPlace(names);
  const { link, part, server } = links[spec.link ?? DEFAULT_LINK];
  const { resolver } = link(names);
  const controlServer = server(spec);
  const dns = { ...spec, inside: spec.veth.inside, upstream: spec.acceptDns ? resolver : null };
  return desiredOf(
    namespace({ ...spec, names, controlServer, link: TAILSCALE }),
    part(spec, names, place),
    insideDns(dns, names, place),
    { requirements: wayTo(controlServer.host, spec) },
  );
}

/** What would keep the node from its control server, as far as the host can tell before there is a namespace. */
function wayTo(
  server: string,
  { resolvers, reach, advertiseRoutes, uplink6 }: NetnsTailnetSpec,
): Requirement[] {
  if (isAddress(server)) return [];
  const by6 = uplink6 ? ({ by6: true } as const) : {};
  const isAnyOpen = reach.length > 0 || advertiseRoutes.length > 0;
  const byTheHosts = [
    { kind: "resolver", ...by6, argument: "resolvers" },
    { kind: "known-name", ...by6, name: server, argument: "loginServer" },
  ] as const;
  return [
    ...(resolvers.length > 0 ? [] : byTheHosts),
    { kind: "way", ...by6, to: server },
    ...(isAnyOpen ? [] : [{ kind: "open-server", name: server, argument: "reach" } as const]),
  ];
}
