import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { HOST_DNS_UNIT } from "../names.ts";
import { IN_HOST_NETWORK } from "../sandbox.ts";
import type { UnitText } from "../unit-file.ts";
import { corednsService } from "./coredns.ts";

export interface HostDnsUnit {
  readonly coredns: HostPath;
  readonly corefile: HostPath;
  readonly readAtStart: readonly string[];
}

/** CoreDNS on the primary address. It is tried again until the address is there. */
export function hostDnsUnit({ coredns, corefile, readAtStart }: HostDnsUnit): UnitText {
  return {
    name: HOST_DNS_UNIT,
    sections: [
      [
        "Unit",
        [
          ["Description", "DNS of the tailnet gateway"],
          ["After", "network.target tailscaled.service"],
        ],
      ],
      corednsService(coredns, corefile, IN_HOST_NETWORK),
      ["Install", [["WantedBy", "multi-user.target"]]],
    ],
    readAtStart,
  };
}
