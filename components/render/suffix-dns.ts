import type { Desired } from "../../providers/engine/kinds/desired.ts";
import type { HostPath } from "../../providers/engine/kinds/names.ts";
import {
  addressPattern,
  escapePattern,
  hyphenated,
  hyphenatedPieces,
  networksPattern,
  octetPattern,
  refusedHyphenatedPattern,
} from "./dns/address-patterns.ts";
import { clientsZone, type Example, exampleAnswer } from "./dns/clients-zone.ts";
import { domainUnit } from "./dns/domain-unit.ts";
import { domainZones, wholeNamePattern } from "./dns/domain-zones.ts";
import { machines } from "./dns/machines-unit.ts";
import { suffixUnit } from "./dns/suffix-unit.ts";
import { soa } from "./dns/tailnet-dns.ts";
import { networkOf } from "./ipv4.ts";
import { TAILSCALE } from "./link/tailscale-network.ts";
import { HOST_DNS_UNIT, HOST_ZONES, type TailnetNames, tailnetNames } from "./names.ts";
import { netnsPlace } from "./place/netns.ts";
import type { Veth } from "./place/veth.ts";
import { OF_NO_MACHINE } from "./ranges.ts";
import { fill } from "./template.ts";
import { allReadable } from "./unit/files.ts";
import { NAME_RESOLUTION } from "./unit/name-resolution.ts";
import { desiredOf } from "./unit/part.ts";

/** A suffix with every default filled in. */
export interface SuffixDnsSpec {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  /** Lower case, without dots at its ends: `work` or `work.internal`. */
  readonly suffix: string;
  /** Of the tailnet, answered beside the suffix; of the same form. */
  readonly domains: readonly string[];
  /** Number by which clients reach the tailnet without a proxy; `null`: by a proxy. */
  readonly site: number | null;
  /** At that site, the tailnet's own machines are found as well. */
  readonly machines: boolean;
  readonly tailscaleVersion: string;
  readonly veth: Veth;
  readonly primaryAddress: string;
  /** Port of the DNS server on the primary address. */
  readonly dnsPort: number;
}

/** `<address>.<suffix>` and `<machine>.<suffix>`, for clients of the gateway and for its SOCKS server. */
export function renderSuffixDns(spec: SuffixDnsSpec): Desired {
  const { tailnet, suffix, site } = spec;
  const names = tailnetNames(tailnet);
  const place = netnsPlace(names);
  const resolvConf: HostPath = `${names.config}/suffix/resolv.conf`;
  const { inside, outside, machinePattern } = textsOf(spec, names);
  const { resolver, answer } = askedAtStart(spec);
  const clients =
    site === null
      ? null
      : clientsZone({ ...spec, site }, names, refusedPattern(spec.veth.subnet, notOffered(spec)));
  const zones = {
    ...clients?.files,
    [`${HOST_ZONES}/${tailnet}.zone`]: clients?.zone ?? outside,
    [`${names.config}/zones.d/${tailnet}.zone`]: inside,
    ...domainZones(spec, names),
    [resolvConf]: resolver,
  };
  const readAtStart = { ...zones, ...NAME_RESOLUTION };
  return desiredOf(
    {
      units: [
        suffixUnit({ suffix, names, place, resolvConf, readAtStart, answer }),
        domainUnit({ name: tailnet, names, place, suffix, machinePattern }),
      ],
      files: allReadable(zones),
      readers: [HOST_DNS_UNIT, names.units.dns],
    },
    ...(clients === null || !spec.machines ? [] : [machines({ ...spec, names, place, via: clients.via })]),
  );
}

function textsOf(
  { tailnet, suffix, domains, veth, dnsPort }: SuffixDnsSpec,
  names: TailnetNames,
): Readonly<Record<"inside" | "outside" | "machinePattern", string>> {
  const suffixPattern = escapePattern(suffix);
  const under = (label: string) => `^(${label})\\.${suffixPattern}\\.$`;
  const machinePattern = under("[a-z0-9-]*[a-z][a-z0-9-]*");
  return {
    machinePattern,
    inside: fill("dns/netns.zone", {
      suffix,
      suffixPattern,
      domains: domains.map((domain) => ({ fullPattern: wholeNamePattern(domain, suffix) })),
      machinePattern,
      viaPattern: under("\\d+-\\d+-\\d+-\\d+-via-[0-9a-fx]+"),
      rules: names.rules,
      tailscale: TAILSCALE.resolver,
      soa: soa(`${suffix}.`),
      addressPattern,
      octetPattern,
      refusedPattern: refusedPattern(veth.subnet),
      wholePattern: `^(?:[^.]+[.])*${hyphenated.whole}`,
      shortenedPattern: `^(?:[^.]+[.])*${hyphenated.shortened}`,
      tooManyPattern: hyphenated.tooMany,
      hyphenatedPieces,
      refusedHyphenatedPattern,
      // in an expression, where a backslash would have a meaning of its own
      suffixQuoted: suffix.replaceAll(".", "[.]"),
    }),
    outside: fill("dns/host.zone", { name: tailnet, suffix, port: dnsPort, inside: veth.inside }),
  };
}

/**
 * Which server is asked whether names are answered, and what it says. A resolver of the C library knows no port but 53: with
 * another one it is the half inside the namespace, where the suffix knows nothing of a site.
 */
function askedAtStart({ dnsPort, primaryAddress, veth, site }: SuffixDnsSpec): {
  readonly resolver: string;
  readonly answer: Example;
} {
  const [server, atSite] = dnsPort === 53 ? [primaryAddress, site] : [veth.inside, null];
  return {
    resolver: `nameserver ${server}\noptions timeout:1 attempts:1\n`,
    answer: exampleAnswer(atSite),
  };
}

/** Regular expression for addresses for which no name under a suffix stands: `vethSubnet` and `more` networks among them. */
export function refusedPattern(vethSubnet: string, more: readonly string[] = []): string {
  return networksPattern([...OF_NO_MACHINE, vethSubnet, ...more].map(networkOf));
}

function notOffered({ machines: areOffered }: SuffixDnsSpec): readonly string[] {
  return areOffered ? [] : [TAILSCALE.network4];
}
