import { TAILSCALE } from "../link/tailscale-network.ts";
import type { TailnetNames } from "../names.ts";
import { command, type Entry } from "../unit/text.ts";

/**
 * Lines of [Service] by which the questions of a process in a namespace take the namespace's way out, also to a network
 * that a route of the tailnet covers: the host's resolver may have an address there, and the tailnet's administrator
 * may route any. Only what is asked of the node itself goes into the tailnet.
 *
 * The rules are by the unit's user, which systemd makes up; the owner of the unit's runtime directory is that user.
 * They stand ahead of Tailscale's (5210 to 5270).
 */
export function ownWay({ directory }: TailnetNames): readonly Entry[] {
  const own = `${directory}_dns`;
  return [
    ["RuntimeDirectory", own],
    ["BindPaths", `/run/${own}`],
    ["ExecStartPre", command("+/bin/sh", "-ec", LOAD)],
  ];
}

const LOAD = [
  'user=$(stat -Lc %u "$RUNTIME_DIRECTORY")',
  "for pref in 5202 5203; do while ip rule del pref $pref 2>/dev/null; do :; done; done",
  `ip rule add pref 5202 to ${TAILSCALE.resolver} uidrange $user-$user lookup ${TAILSCALE.routes}`,
  "for by in udp tcp; do ip rule add pref 5203 uidrange $user-$user ipproto $by dport 53 lookup main; done",
].join("\n");
