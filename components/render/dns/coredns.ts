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

export interface CorednsWays {
  /** Shell command that succeeds once it can listen; it is asked for without end, and needs no privilege. */
  readonly until?: string;
}

/**
 * CoreDNS in `place`.
 *
 * @param ways what is special about it there.
 */
export function corednsService(
  coredns: HostPath,
  corefile: HostPath,
  place: Place,
  { until }: CorednsWays = {},
): Section {
  const words = [coredns, "-conf", corefile];
  const waiting = ["/bin/sh", "-c", `until ${until}; do sleep 2; done; exec "$0" "$@"`];
  return [
    "Service",
    [
      ["Type", "exec"],
      ...place.network,
      ["ExecStart", command(...(until === undefined ? [] : waiting), ...words)],
      // CoreDNS watches no file: the engine reloads it when a resource writes or removes a zone.
      ["ExecReload", "/bin/kill -USR1 $MAINPID"],
      ["Restart", "always"],
      ["RestartSec", "5"],
      ...limits(SMALL),
      ...SANDBOX,
    ],
  ];
}
