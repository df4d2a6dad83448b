import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { corednsDirectory } from "../downloads.ts";
import { asHex, familyOf } from "../ipv6.ts";
import { CONFIG, FORWARDING_UNIT, HOST_DNS_UNIT, HOST_ZONES } from "../names.ts";
import { hostPlace } from "../place/host.ts";
import { fill } from "../template.ts";
import { allReadable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import { corednsService } from "./coredns.ts";

export interface HostDnsSpec {
  /** Addresses on which it answers. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Networks (CIDR) whose machines may ask. */
  readonly clients: readonly string[];
  readonly corednsVersion: string;
}

const COREFILE: HostPath = `${CONFIG}/Corefile`;

/**
 * The primary tailnet may be out for days: then the server waits for its addresses, instead of failing every few
 * seconds. `ip` would ask for a privilege that the server does not have.
 */
function isOurs(address: string): string {
  if (familyOf(address) === "ip6") return `grep -q '^${asHex(address)} ' /proc/self/net/if_inet6`;
  return `grep -q -e '-- ${address.replaceAll(".", "\\.")}$' /proc/self/net/fib_trie`;
}

/** The network of one address. */
function alone(address: string): string {
  return `${address}/${familyOf(address) === "ip" ? 32 : 128}`;
}

/** The DNS server of the host: it has a zone of each suffix and refuses every other name. */
export function hostDns({ addresses, port, clients, corednsVersion }: HostDnsSpec): Part {
  const corefile = fill("dns/gateway.Corefile", {
    addresses: addresses.join(" "),
    allowed: [...addresses.map(alone), ...clients].join(" "),
    zones: HOST_ZONES,
  });
  const rest = fill("dns/gateway.rest", { port });
  // The name of the second one sorts first and cannot be a tailnet's.
  const texts = { [COREFILE]: corefile, [`${HOST_ZONES}/00-rest.zone`]: rest };
  const coredns: HostPath = `${corednsDirectory(corednsVersion)}/coredns`;
  // The unit of forwarding makes the directory in which this one leaves its stamps.
  const after = ["tailscaled.service", FORWARDING_UNIT] as const;
  const about = { description: "DNS of the tailnet gateway", after };
  return {
    units: [
      {
        name: HOST_DNS_UNIT,
        sections: [
          ["Unit", hostPlace.unit(about)],
          corednsService(coredns, COREFILE, hostPlace, addresses.map(isOurs).join(" && ")),
          hostPlace.install,
        ],
        readAtStart: texts,
      },
    ],
    files: allReadable(texts),
  };
}
