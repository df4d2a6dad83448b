import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { Place } from "../place/place.ts";
import { privileged, SOCKETS_ONLY, UNPRIVILEGED_CALLS } from "../unit/sandbox.ts";
import { command, type Entry, type Section } from "../unit/text.ts";

/** A network server that listens below port 1024. */
const SANDBOX: readonly Entry[] = [
  ...privileged("CAP_NET_BIND_SERVICE"),
  ...SOCKETS_ONLY,
  ...UNPRIVILEGED_CALLS,
];

/** CoreDNS in `place`. */
export function corednsService(coredns: HostPath, corefile: HostPath, place: Place): Section {
  return [
    "Service",
    [
      ["Type", "exec"],
      ...place.network,
      ["ExecStart", command(coredns, "-conf", corefile)],
      // CoreDNS watches no file: the engine reloads it when a resource writes or removes a zone.
      ["ExecReload", "/bin/kill -USR1 $MAINPID"],
      ["Restart", "always"],
      ["RestartSec", "2"],
      ...SANDBOX,
    ],
  ];
}
