import { type Desired, NOTHING } from "../../providers/engine/kinds/desired.ts";
import type { HostPath } from "../../providers/engine/kinds/names.ts";
import { text, withUnits } from "./desired.ts";
import { addressPattern, networksPattern, octetPattern, parseNetwork } from "./ipv4.ts";
import { LOOK_UPS } from "./look-ups.ts";
import { HOST_DNS_UNIT, HOST_ZONES, tailnetNames, VETH_RANGE } from "./names.ts";
import { fill } from "./template.ts";
import { suffixUnit } from "./units/suffix.ts";
import { type Veth, withVeth } from "./veth.ts";

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

/** Addresses that no name under a suffix stands for: the gateway itself, nobody, everybody. */
const REFUSED = ["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", VETH_RANGE, "224.0.0.0/3"];

/** `<address>.<suffix>` and `<machine>.<suffix>`, for clients of the gateway and for its SOCKS server. */
export function renderSuffixDns({ tailnet, suffix, veth, primaryAddress, dnsPort }: SuffixDnsSpec): Desired {
  const names = tailnetNames(tailnet);
  const config: HostPath = `${names.config}/suffix`;
  const inside = fill("netns.zone", {
    suffix,
    suffixPattern: escapePattern(suffix),
    addressPattern,
    octetPattern,
    refusedPattern: refusedPattern(veth.subnet),
  });
  const outside = fill("host.zone", { name: tailnet, suffix, port: dnsPort, inside: veth.inside });
  // A resolver of the C library knows no other port; then the half inside the namespace is what is asked.
  const resolvConf = `nameserver ${dnsPort === 53 ? primaryAddress : veth.inside}\noptions timeout:1 attempts:1\n`;
  const { files, units } = withUnits([
    suffixUnit({ suffix, names, config, readAtStart: [inside, outside, resolvConf, ...LOOK_UPS] }),
  ]);
  return {
    ...NOTHING,
    files: {
      ...files,
      [`${HOST_ZONES}/${tailnet}.zone`]: text(outside),
      [`${names.config}/zones.d/${tailnet}.zone`]: text(inside),
      [`${config}/resolv.conf`]: text(resolvConf),
    },
    units,
    readers: [HOST_DNS_UNIT, names.units.dns],
  };
}

/** Regular expression for the addresses that are refused, `vethSubnet` among them. */
export function refusedPattern(vethSubnet: string): string {
  return networksPattern(withVeth(REFUSED, vethSubnet).flatMap((text) => parseNetwork(text) ?? []));
}

/** `text` as a regular expression for itself. The text has letters, digits, hyphens and dots only. */
function escapePattern(text: string): string {
  return text.replaceAll(".", "\\.");
}
