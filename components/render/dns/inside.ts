import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { corednsDirectory } from "../downloads.ts";
import { TAILNET_DNS, type TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import { fill } from "../template.ts";
import { allReadable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import { corednsService } from "./coredns.ts";
import { tailnetDns } from "./tailnet-dns.ts";

export interface InsideDnsSpec {
  /** Name of the tailnet on the host. */
  readonly name: string;
  readonly corednsVersion: string;
  /** Address of the namespace's end of its veth pair. */
  readonly inside: string;
  /** What is asked for names without a zone, an IPv4 address; `null`: the resolvers of the uplink. */
  readonly upstream: string | null;
  /** IPv4 resolvers of the uplink; empty: those that the host uses. */
  readonly resolvers: readonly string[];
}

/** The resolver inside a namespace, for servers there, and for the host where a name has a tailnet's suffix. */
export function insideDns(spec: InsideDnsSpec, names: TailnetNames, place: Place): Part {
  const { corefile, rest, zones } = filesOf(spec, names);
  const path: HostPath = `${names.config}/Corefile`;
  // The name of the second one sorts first and cannot be a zone's.
  const texts = { [path]: corefile, [`${zones}/00-rest.zone`]: rest };
  const coredns: HostPath = `${corednsDirectory(spec.corednsVersion)}/coredns`;
  return {
    units: [
      {
        name: names.units.dns,
        sections: [
          [
            "Unit",
            [
              ...place.unit({ description: `DNS inside tailnet ${spec.name}` }),
              // The unit of the namespace finds the resolvers of the uplink; CoreDNS reads them when it is told.
              ["ReloadPropagatedFrom", names.units.netns],
            ],
          ],
          corednsService(coredns, path, place),
          place.install,
        ],
        readAtStart: { [TAILNET_DNS]: tailnetDns(), ...texts },
      },
    ],
    files: allReadable(texts),
  };
}

function filesOf({ name, inside, upstream }: InsideDnsSpec, { config, run, rules }: TailnetNames) {
  const zones: HostPath = `${config}/zones.d`;
  const resolvers = `${run}/resolv.conf`;
  return {
    zones,
    corefile: fill("dns/netns.Corefile", { name, inside, zones, common: TAILNET_DNS, resolvers, rules }),
    rest: fill("dns/netns.rest", { upstream: upstream ?? resolvers }),
  };
}
