import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { Place } from "../place/place.ts";
import { limits, SMALL } from "../unit/limits.ts";
import { privileged, SOCKETS_ONLY, UNPRIVILEGED_CALLS } from "../unit/sandbox.ts";
import { command, type Entry, type Section } from "../unit/text.ts";

/** A network server that listens below port 1024. */
const SANDBOX: readonly Entry[] = [
  ...privileged("CAP_NET_BIND_SERVICE"),
  ...SOCKETS_ONLY,
  ...UNPRIVILEGED_CALLS,
];

/**
 * Tells the process `$0` to read its zones again. Before CoreDNS catches the signal, the signal ends it, and it has read
 * nothing yet. One that comes while it begins to listen leaves a second set of servers behind, which answer by the old
 * zones as long as it runs. Signals that come later wait for one another in CoreDNS.
 */
export const RELOAD = [
  "grep -q '^SigCgt.*[2367abef]..$' /proc/$0/status || exit 0",
  "n=0",
  "for i in $(seq 50); do was=$n",
  'n=$(grep -c " 0A [^ ]* [^ ]* [^ ]* *$(id -u) " /proc/self/net/tcp)',
  "[ $n -gt 0 ] && [ $n = $was ] && break",
  "sleep 0.1",
  "done",
  "kill -USR1 $0",
].join("; ");

/**
 * CoreDNS in `place`.
 *
 * @param until shell command that succeeds once it can listen; it is asked for without end, and needs no privilege.
 */
export function corednsService(coredns: HostPath, corefile: HostPath, place: Place, until?: string): Section {
  const words = [coredns, "-conf", corefile];
  const waiting = ["/bin/sh", "-c", `until ${until}; do sleep 2; done; exec "$0" "$@"`];
  return [
    "Service",
    [
      ["Type", "exec"],
      ...place.network,
      ["ExecStart", command(...(until === undefined ? [] : waiting), ...words)],
      // CoreDNS watches no file: the engine reloads it when a resource writes or removes a zone.
      ["ExecReload", `${command("/bin/sh", "-c", RELOAD)} $MAINPID`],
      ["Restart", "always"],
      ["RestartSec", "5"],
      ...limits(SMALL),
      ...SANDBOX,
    ],
  ];
}
