import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { networkOf, sitePrefix, viaAddress } from "../ipv4.ts";
import type { TailnetNames } from "../names.ts";
import type { Veth } from "../place/veth.ts";
import { fill } from "../template.ts";
import { addressPattern, escapePattern, octetPattern } from "./address-patterns.ts";
import { HIDDEN, wholeNamePattern } from "./domain-zones.ts";
import { machinesList, machineTail } from "./machines-unit.ts";
import { soa } from "./tailnet-dns.ts";

export interface ClientsZoneSpec {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  readonly suffix: string;
  /** Of the tailnet: `wiki.corp.example` is found as `wiki.corp.example.<suffix>`, too. */
  readonly domains: readonly string[];
  readonly site: number;
  readonly veth: Veth;
  /** The tailnet's own machines are found there. */
  readonly machines: boolean;
  /** Port of the DNS server on the primary address. */
  readonly dnsPort: number;
}

export interface ClientsZone {
  readonly zone: string;
  /** What it reads beside. */
  readonly files: Readonly<Record<HostPath, string>>;
  /** Beginning of the addresses of the site, without a colon at the end. */
  readonly via: string;
}

/**
 * The zone of a suffix for clients that use the routes of the tailnet: they get no address by which a program would reach its
 * own network.
 *
 * @param refusedPattern for addresses under which no name stands
 */
export function clientsZone(
  { tailnet, suffix, domains, site, machines, veth, dnsPort }: ClientsZoneSpec,
  names: TailnetNames,
  refusedPattern: string,
): ClientsZone {
  const denied: HostPath = `${names.config}/suffix/denied.db`;
  const zone = `${suffix}.`;
  const via = sitePrefix(site);
  return {
    zone: fill("dns/clients.zone", {
      name: tailnet,
      suffix,
      suffixPattern: escapePattern(suffix),
      site,
      port: dnsPort,
      domains: domains.map((domain) => ({ domain, fullPattern: wholeNamePattern(domain, suffix) })),
      hidden: HIDDEN,
      inside: veth.inside,
      via,
      refusedPattern,
      addressPattern,
      octetPattern,
      machineTail,
      soa: soa(zone),
      offersMachines: machines,
      machines: machinesList(names),
      denied,
    }),
    files: { [denied]: fill("dns/denied.db", { zone, soa: soa(zone) }) },
    via,
  };
}

/** Any address will do; this one is for documentation (RFC 5737). */
const EXAMPLE = "192.0.2.1";

/**
 * A name under a suffix, the database of `getent` that is asked for it, and the answer. Of IPv6 addresses `hosts` tells
 * first, also on a host that has none of its own, where `ahostsv6` tells of none.
 */
export interface Example {
  readonly label: string;
  readonly database: "ahostsv4" | "hosts";
  readonly address: string;
}

export function exampleAnswer(site: number | null): Example {
  const { first } = networkOf(EXAMPLE);
  return site === null
    ? { label: EXAMPLE, database: "ahostsv4", address: EXAMPLE }
    : { label: EXAMPLE, database: "hosts", address: viaAddress(site, first) };
}
