import type { HostPath } from "../../../providers/engine/model.ts";
import { HOST_DNS_UNIT } from "../names.ts";
import { LOW_PORT_SERVER } from "../sandbox.ts";
import { command, type UnitText } from "../unit-file.ts";

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
          ["StartLimitIntervalSec", "0"],
        ],
      ],
      [
        "Service",
        [
          ["Type", "exec"],
          ["ExecStart", command(coredns, "-conf", corefile)],
          // Zones come and go by themselves within seconds; this is for whoever cannot wait.
          ["ExecReload", "/bin/kill -USR1 $MAINPID"],
          ["Restart", "always"],
          ["RestartSec", "2"],
          ["LimitNOFILE", "65536"],
          ...LOW_PORT_SERVER,
        ],
      ],
      ["Install", [["WantedBy", "multi-user.target"]]],
    ],
    readAtStart,
  };
}
