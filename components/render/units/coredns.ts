import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { LOW_PORT_SERVER } from "../sandbox.ts";
import { command, type Entry, type Section } from "../unit-file.ts";

/** What runs CoreDNS. @param where lines that say in which network. */
export function corednsService(coredns: HostPath, corefile: HostPath, where: readonly Entry[]): Section {
  return [
    "Service",
    [
      ["Type", "exec"],
      ...where,
      ["ExecStart", command(coredns, "-conf", corefile)],
      // Zones come and go by themselves within seconds; this is for whoever cannot wait.
      ["ExecReload", "/bin/kill -USR1 $MAINPID"],
      ["Restart", "always"],
      ["RestartSec", "2"],
      ...LOW_PORT_SERVER,
    ],
  ];
}
