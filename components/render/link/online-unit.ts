import { dirname } from "node:path/posix";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import { command, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";
import { wayOut, wayOutScript } from "./way-out.ts";

export interface OnlineUnit {
  readonly name: string;
  readonly names: TailnetNames;
  readonly place: Place;
  /** Directory that holds `tailscale`. */
  readonly programs: HostPath;
  /** URL of the control server. */
  readonly loginServer: string;
  /** Seconds. */
  readonly loginTimeout: number;
}

/** Active once the node has an address; what comes after it may use the tailnet. */
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
    readAtStart: [wayOutScript()],
  };
}

function service({ name, place, names, programs, loginServer, loginTimeout }: OnlineUnit): Section {
  const tailscale = [`${programs}/tailscale`, `--socket=${names.socket}`];
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
      ["ExecStart", command("/bin/sh", "-c", waiting(name, loginTimeout), ...tailscale)],
      ["TimeoutStartSec", String(loginTimeout + 60)],
      // Only this user and root come near the socket.
      ["User", names.user],
      ["BindReadOnlyPaths", dirname(names.socket)],
      ...UNPRIVILEGED,
    ],
  ];
}

/** Shell program; `$0` and `$1` ask tailscaled. */
function waiting(name: string, seconds: number): string {
  const ask = '"$0" "$1"';
  return [
    `${ask} wait --timeout=${seconds}s && exit 0`,
    `echo "tailnet ${name}: no address after ${seconds} s; tailscale says:" >&2`,
    `${ask} status >&2`,
    "exit 1",
  ].join("; ");
}
