import type { HostPath } from "../../../providers/engine/model.ts";
import type { TailnetNames } from "../names.ts";
import { LOW_PORT_SERVER } from "../sandbox.ts";
import { command, type UnitText } from "../unit-file.ts";
import { boundToNetns, startedWithNetns } from "./bound.ts";

export interface NetnsDnsUnit {
  readonly name: string;
  readonly names: TailnetNames;
  readonly coredns: HostPath;
  readonly corefile: HostPath;
  readonly readAtStart: readonly string[];
}

/** CoreDNS inside the namespace: resolver of the SOCKS server, and of the host for the tailnet's suffixes. */
export function netnsDnsUnit({ name, names, coredns, corefile, readAtStart }: NetnsDnsUnit): UnitText {
  return {
    name: names.units.dns,
    sections: [
      ["Unit", boundToNetns(`DNS inside tailnet ${name}`, names)],
      [
        "Service",
        [
          ["Type", "exec"],
          ["NetworkNamespacePath", names.netnsPath],
          ["ExecStart", command(coredns, "-conf", corefile)],
          // Zones come and go by themselves within seconds; this is for whoever cannot wait.
          ["ExecReload", "/bin/kill -USR1 $MAINPID"],
          ["Restart", "always"],
          ["RestartSec", "2"],
          ["LimitNOFILE", "65536"],
          ...LOW_PORT_SERVER,
        ],
      ],
      startedWithNetns(names),
    ],
    readAtStart,
  };
}
