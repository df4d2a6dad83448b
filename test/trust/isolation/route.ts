import type { Lab } from "../../lab/index.ts";

/** What must hold between two places, and what would make it untrue. */
export interface Cell {
  readonly from: Place;
  readonly to: Place;
  /** What is tried, to be read after both places. */
  readonly what: string;
  /** The answer when all is as it should be. */
  readonly expects: string;
  ask(lab: Lab): Promise<string>;
  /** Shell commands for the gateway ahead of that: they take away what else would give it. */
  readonly before?: readonly string[];
  /** Shell commands for the gateway after which another answer has to come. */
  readonly plant: readonly string[];
  /** Shell commands that put right what `MEND` does not. */
  readonly mend?: readonly string[];
  /** What must have been done in the laboratory before. */
  readonly scene: Scene;
}

/** Where packets come from and go to. */
export type Place =
  | "a namespace"
  | "a client's proxy"
  | "a machine of the tailnet"
  | "the internet"
  | "the LAN"
  | "the host"
  | "another namespace"
  | "the primary tailnet"
  | "a tailnet that lies";

/** `hostile`: the work tailnet and the primary one advertise what is not theirs, and are believed. */
export type Scene = "quiet" | "hostile";

/** Rules with this comment were planted. */
const PLANTED = 'comment "planted"';

/** Lets everything through a chain of the host's. */
export function open(table: string, chain: string): string {
  return `nft insert rule inet ${table} ${chain} accept ${PLANTED}`;
}

/** Lets everything through a chain inside a namespace. */
export function openInside(netns: string, chain: string, table = "inet tsproxy"): string {
  return `nsenter --net=/run/netns/${netns} nft insert rule ${table} ${chain} accept ${PLANTED}`;
}

/** Waits until the server in a namespace listens: one that has not begun to refuses everything, too. */
export function listening(netns: string): string {
  return `timeout 10 sh -c 'until nsenter --net=/run/netns/${netns} ss -Htln | grep -q "127.0.0.1:1080 "; do sleep 0.1; done'`;
}

/** What has something of the gateway in the kernel. */
const OWNERS = "@gateway work lab work:socks lab:socks lab:socks:guard _every:oneport";

/** Takes planted rules away again, and brings back what was removed of the gateway's own. */
export const MEND = `
sweep() { # COMMAND that runs nft where the rules are
  $1 nft -a list ruleset | awk '
    $1 == "table" { table = $2 " " $3 }
    $1 == "chain" { chain = $2 }
    /comment "planted"/ { print "delete rule", table, chain, "handle", $NF }' | $1 nft -f -
}
sweep ''
for netns in /run/netns/tsp-*; do sweep "nsenter --net=$netns"; done
nft delete table inet planted 2>/dev/null
for name in ${OWNERS}; do /etc/tsproxy/kernel up $name; done
# the gateway's table has those of the tailnets made anew, in a while: with what the next cell plants
for i in $(seq 300); do systemctl list-jobs --no-legend | grep -q ' tsproxy' || break; sleep 0.1; done`;

/** Prints a line for each part of the gateway in the kernel that is not as it should be. */
export const DAMAGE = `/etc/tsproxy/kernel check ${OWNERS} | grep -v ' 0$'`;
