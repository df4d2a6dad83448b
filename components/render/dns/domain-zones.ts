import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { sitePrefix } from "../ipv4.ts";
import { TAILSCALE } from "../link/tailscale-network.ts";
import { HOST_ZONES, type TailnetNames } from "../names.ts";
import type { Veth } from "../place/veth.ts";
import { fill } from "../template.ts";
import { escapePattern } from "./address-patterns.ts";
import { machinesList } from "./machines-unit.ts";
import { DOMAINS_DENIED, soa } from "./tailnet-dns.ts";

export interface DomainZonesSpec {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  readonly domains: readonly string[];
  /** `null`: clients reach the tailnet by a proxy. */
  readonly site: number | null;
  /** At the site, the tailnet's own machines are found as well. */
  readonly machines: boolean;
  readonly veth: Veth;
  /** Port of the DNS server on the primary address. */
  readonly dnsPort: number;
}

/** Records by which a program would connect to an address of its own network: the address itself, and hints of it (RFC 9460). */
export const HIDDEN = ["A", "HTTPS", "SVCB"].map((type) => ({ type }));

/** Zones of domains of the tailnet itself, for the resolver inside and for the host's; nothing where there are none. */
export function domainZones(spec: DomainZonesSpec, names: TailnetNames): Record<HostPath, string> {
  const { tailnet, domains } = spec;
  if (domains.length === 0) return {};
  const file = `${tailnet}.domains.zone`;
  return {
    [`${HOST_ZONES}/${file}`]: spec.site === null ? outside(spec) : forClients(spec, names),
    [`${names.config}/zones.d/${file}`]: inside(spec, names),
  };
}

function outside({ tailnet, domains, veth, dnsPort }: DomainZonesSpec): string {
  return domains
    .map((suffix) => fill("dns/host.zone", { name: tailnet, suffix, port: dnsPort, inside: veth.inside }))
    .join("\n");
}

function forClients(
  { tailnet, domains, machines, veth, dnsPort }: DomainZonesSpec,
  names: TailnetNames,
): string {
  return fill("dns/clients.domains.zone", {
    tailnet,
    zones: domains.map(zoneOf),
    hidden: HIDDEN,
    offersMachines: machines,
    machines: machinesList(names),
    port: dnsPort,
    inside: veth.inside,
  });
}

function inside({ tailnet, domains, site, veth }: DomainZonesSpec, { rules }: TailnetNames): string {
  return fill("dns/netns.domains.zone", {
    tailnet,
    zones: domains.map(zoneOf),
    site: site === null ? [] : [{ prefix: `${sitePrefix(site)}::/96` }],
    host: veth.host,
    tailscale: TAILSCALE.resolver,
    denies: DOMAINS_DENIED,
    rules,
  });
}

function zoneOf(domain: string): object {
  return { domain, soa: soa(`${domain}.`) };
}

/** Regular expression for whole names of `domain` under a suffix, `wiki.corp.example.work`; its first group is the whole name. */
export function wholeNamePattern(domain: string, suffix: string): string {
  return `^((?:[^.]+\\.)*${escapePattern(domain)})\\.${escapePattern(suffix)}\\.$`;
}
