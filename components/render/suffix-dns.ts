import type { Desired } from "../../providers/engine/kinds/desired.ts";
import type { HostPath } from "../../providers/engine/kinds/names.ts";
import { addressPattern, networksPattern, octetPattern } from "./dns/address-patterns.ts";
import { suffixUnit } from "./dns/suffix-unit.ts";
import { networkOf } from "./ipv4.ts";
import { HOST_DNS_UNIT, HOST_ZONES, tailnetNames, VETH_RANGE } from "./names.ts";
import { netnsPlace } from "./place/netns.ts";
import { type Veth, withVeth } from "./place/veth.ts";
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
  readonly veth: Veth;
  readonly primaryAddress: string;
  /** Port of the DNS server on the primary address. */
  readonly dnsPort: number;
}

/** Addresses for which no name under a suffix stands: the gateway's own, and those of no machine or of many. */
const REFUSED = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", VETH_RANGE, "224.0.0.0/3"];

/** `<address>.<suffix>` and `<machine>.<suffix>`, for clients of the gateway and for its SOCKS server. */
export function renderSuffixDns(spec: SuffixDnsSpec): Desired {
  const { tailnet, suffix } = spec;
  const names = tailnetNames(tailnet);
  const resolvConf: HostPath = `${names.config}/suffix/resolv.conf`;
  const { inside, outside, resolver } = textsOf(spec);
  const zones = {
    [`${HOST_ZONES}/${tailnet}.zone`]: outside,
    [`${names.config}/zones.d/${tailnet}.zone`]: inside,
    [resolvConf]: resolver,
  };
  const readAtStart = { ...zones, ...NAME_RESOLUTION };
  return desiredOf({
    units: [suffixUnit({ suffix, names, place: netnsPlace(names), resolvConf, readAtStart })],
    files: allReadable(zones),
    readers: [HOST_DNS_UNIT, names.units.dns],
  });
}

function textsOf({ tailnet, suffix, veth, primaryAddress, dnsPort }: SuffixDnsSpec) {
  // A resolver of the C library knows no other port; then the half inside the namespace is what is asked.
  const server = dnsPort === 53 ? primaryAddress : veth.inside;
  return {
    inside: fill("dns/netns.zone", {
      suffix,
      suffixPattern: escapePattern(suffix),
      addressPattern,
      octetPattern,
      refusedPattern: refusedPattern(veth.subnet),
    }),
    outside: fill("dns/host.zone", { name: tailnet, suffix, port: dnsPort, inside: veth.inside }),
    resolver: `nameserver ${server}\noptions timeout:1 attempts:1\n`,
  };
}

/** Regular expression for the addresses that are refused, `vethSubnet` among them. */
export function refusedPattern(vethSubnet: string): string {
  return networksPattern(withVeth(REFUSED, vethSubnet).map(networkOf));
}

/** `text` as a regular expression for itself. The text has letters, digits, hyphens and dots only. */
function escapePattern(text: string): string {
  return text.replaceAll(".", "\\.");
}
