import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import { fill } from "../template.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import { command, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";

/** Seconds until what a control server has refused is tried once more. */
const AGAIN = 300;

export interface OnlineUnit {
  readonly name: string;
  readonly names: TailnetNames;
  readonly place: Place;
  /** Directory that holds `tailscale`. */
  readonly programs: HostPath;
  /** Where the text of {@link loginScript} lies. */
  readonly script: HostPath;
  /** `null`: a browser logs the node in. */
  readonly authKey: HostPath | null;
  /** Seconds. */
  readonly loginTimeout: number;
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
    readAtStart: [loginScript(unit)],
  };
}

/** The script that the unit runs. */
export function loginScript({
  name,
  names: { directory },
  authKey,
  loginTimeout,
}: Pick<OnlineUnit, "name" | "names" | "authKey" | "loginTimeout">): string {
  const tried = `/run/${directory}/login`;
  const browser = authKey === null ? "yes" : "";
  return fill("link/login", { name, seconds: loginTimeout, again: AGAIN, browser, tried });
}

function service({ place, names, programs, script, authKey, loginTimeout }: OnlineUnit): Section {
  return [
    "Service",
    [
      ["Type", "oneshot"],
      ["RemainAfterExit", "yes"],
      // After a boot the way out may take longer than the first login may.
      ["Restart", "on-failure"],
      ["RestartSec", "5"],
      ...place.network,
      ["ExecStart", command("/bin/sh", script, `${programs}/tailscale`, `--socket=${names.socket}`)],
      ["TimeoutStartSec", String(AGAIN + loginTimeout + 15)],
      // Read at each start: a key that was replaced counts from the next try on.
      ...(authKey === null ? [] : [["LoadCredential", `authkey:${authKey}`] as const]),
      // tailscaled's, where the script notes what it has tried.
      ["ReadWritePaths", `-/run/${names.directory}`],
      // Only this user and root come near the socket.
      ["User", names.user],
      ...UNPRIVILEGED,
    ],
  ];
}
