import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { corednsDirectory } from "../downloads.ts";
import { CONFIG, HOST_DNS_UNIT, HOST_ZONES } from "../names.ts";
import { hostPlace } from "../place/host.ts";
import { fill } from "../template.ts";
import { allReadable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import { corednsService } from "./coredns.ts";

export interface HostDnsSpec {
  /** IPv4 address on which it answers. */
  readonly address: string;
  readonly port: number;
  /** Networks (CIDR) whose machines may ask. */
  readonly clients: readonly string[];
  readonly corednsVersion: string;
}

const COREFILE: HostPath = `${CONFIG}/Corefile`;

/** The DNS server of the host: it has a zone of each suffix and refuses every other name. */
export function hostDns({ address, port, clients, corednsVersion }: HostDnsSpec): Part {
  const corefile = fill("dns/gateway.Corefile", { address, clients: clients.join(" "), zones: HOST_ZONES });
  const rest = fill("dns/gateway.rest", { port });
  // The name of the second one sorts first and cannot be a tailnet's.
  const texts = { [COREFILE]: corefile, [`${HOST_ZONES}/00-rest.zone`]: rest };
  const coredns: HostPath = `${corednsDirectory(corednsVersion)}/coredns`;
  // Started before the address is there, it fails and is tried again.
  const about = { description: "DNS of the tailnet gateway", after: ["tailscaled.service"] } as const;
  return {
    units: [
      {
        name: HOST_DNS_UNIT,
        sections: [
          ["Unit", hostPlace.unit(about)],
          corednsService(coredns, COREFILE, hostPlace),
          hostPlace.install,
        ],
        readAtStart: texts,
      },
    ],
    files: allReadable(texts),
  };
}
