import { dirname } from "node:path/posix";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { LOGIN_SCRIPT, type TailnetNames, WAY_OUT_SCRIPT } from "../names.ts";
import type { Place } from "../place/place.ts";
import { fill } from "../template.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import { command, type Entry, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";
import { wayOut, wayOutScript } from "./way-out.ts";

/** Seconds until what a control server has refused is tried once more. */
const AGAIN = 300;

export interface OnlineUnit {
  readonly name: string;
  readonly names: TailnetNames;
  readonly place: Place;
  /** Directory that holds `tailscale`. */
  readonly programs: HostPath;
  /** `null`: a browser logs the node in. */
  readonly authKey: HostPath | null;
  /** URL of the control server. */
  readonly loginServer: string;
  /** Seconds. */
  readonly loginTimeout: number;
  /** Further ones of [Service]. */
  readonly lines: readonly Entry[];
}

/** Active once the node has an address; what comes after it may use the tailnet. It logs the node in where that is needed. */
export function onlineUnit(unit: OnlineUnit): UnitText {
  const { name, place, names } = unit;
  const { online, tailscaled } = names.units;
  return {
    name: online,
    sections: [
      ["Unit", place.unit({ description: `Tailnet ${name} is online`, bindsTo: [tailscaled] })],
      service(unit),
      // Not of the place: a restart of tailscaled alone must bring this one back as well.
      ["Install", [["WantedBy", tailscaled]]],
    ],
    readAtStart: { [WAY_OUT_SCRIPT]: wayOutScript(), [LOGIN_SCRIPT]: loginScript() },
  };
}

/** Text of the script at `LOGIN_SCRIPT`, the Gateway's file that the units of all tailnets run. */
export function loginScript(): string {
  return fill("link/login", { again: AGAIN });
}

function service(unit: OnlineUnit): Section {
  const { name, place, names, programs, authKey, loginServer, loginTimeout, lines } = unit;
  const tailscale = [`${programs}/tailscale`, `--socket=${names.socket}`];
  const directory = dirname(names.socket);
  const by = authKey === null ? "browser" : "key";
  return [
    "Service",
    [
      ...wayOut(name, names, loginServer, [...tailscale, "wait", "--timeout=3s"]),
      ["Type", "oneshot"],
      ["RemainAfterExit", "yes"],
      // After a boot the way out may take longer than the first login may.
      ["Restart", "on-failure"],
      ["RestartSec", "10"],
      ...place.network,
      ["ExecStart", command("/bin/sh", LOGIN_SCRIPT, name, String(loginTimeout), by, ...tailscale)],
      ...lines,
      ["TimeoutStartSec", String(AGAIN + loginTimeout + 60)],
      // The key, read at each start: one that was replaced counts from the next try on. (As a credential it would not be
      // there in containers of LXC, whose images reset those of every service.)
      ...(authKey === null ? [] : [["StandardInput", `file:${authKey}`] as const]),
      // Only this user and root come near the socket.
      ["User", names.user],
      // The script notes beside it what it has tried.
      ["BindPaths", directory],
      ...UNPRIVILEGED,
    ],
  ];
}
