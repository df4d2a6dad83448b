import { dirname } from "node:path/posix";
import type { TailnetNames } from "../names.ts";
import type { About, Place } from "../place/place.ts";
import { limits, SMALL } from "../unit/limits.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import { command, ON_THE_HOST, type Section } from "../unit/text.ts";

export interface Follower {
  readonly names: TailnetNames;
  readonly place: Place;
  /** Of its runtime directory: `domain`. */
  readonly word: string;
  /** Of its unit, beside the node that it follows. */
  readonly about: Omit<About, "bindsTo">;
  /** Asks the node; writes what it said, as root; or ends when the node says something else. */
  readonly script: (what: "ask" | "write" | "watch") => readonly string[];
  /** Takes away what was written, as root. */
  readonly forget: readonly string[];
}

/**
 * Sections of a unit that follows what the node says, once it is logged in. What was written is there when the unit has
 * started; the script ends, and systemd starts it again, when the node says something else.
 */
export function follower(follower: Follower): Section[] {
  const { online } = follower.names.units;
  return [
    ["Unit", follower.place.unit({ ...follower.about, bindsTo: [online] })],
    service(follower),
    // Not of the place: a restart of tailscaled alone must bring this one back as well.
    ["Install", [["WantedBy", online]]],
  ];
}

function service({ names, word, script, forget }: Follower): Section {
  const directory = `${names.directory}_${word}`;
  return [
    "Service",
    [
      ["Type", "exec"],
      ["RuntimeDirectory", directory],
      ["BindPaths", `/run/${directory}`],
      ["BindReadOnlyPaths", dirname(names.socket)],
      ["ExecStartPre", command(...script("ask"))],
      // What it asks is the node's, what it writes is read by the resolver: only root may do both.
      ["ExecStartPre", command(...ON_THE_HOST, ...script("write"))],
      ["ExecStart", command(...script("watch"))],
      ["ExecStopPost", `-${command(...ON_THE_HOST, ...forget)}`],
      ["TimeoutStartSec", "30"],
      ["Restart", "always"],
      // Shorter than a look has patience: it ends whenever the node says something else.
      ["RestartSec", "1"],
      ...limits(SMALL),
      // tailscaled's socket is a file; there is nothing else to talk to.
      ["PrivateNetwork", "yes"],
      // Only this user and root come near the socket.
      ["User", names.user],
      ...UNPRIVILEGED,
    ],
  ];
}
