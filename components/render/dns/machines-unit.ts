import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { tailscaleDirectory } from "../downloads.ts";
import type { TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import { fill } from "../template.ts";
import { executable } from "../unit/files.ts";
import type { Part } from "../unit/part.ts";
import { octetPattern } from "./address-patterns.ts";
import { follower } from "./follower.ts";

export interface Machines {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  readonly names: TailnetNames;
  readonly place: Place;
  readonly suffix: string;
  /** Domains of which one may be the tailnet's own: machines have names there, too. */
  readonly domains: readonly string[];
  readonly tailscaleVersion: string;
  /** Beginning of the addresses of the site, without a colon at the end. */
  readonly via: string;
}

/** Regular expression for what stands behind `100.` in an address of a node. */
export const machineTail = `(?:6[4-9]|[7-9]\\d|1[01]\\d|12[0-7])\\.${octetPattern}\\.${octetPattern}`;

/** Where the list of machines is, for the DNS server of the host. */
export function machinesList({ run }: TailnetNames): HostPath {
  return `${run}/machines`;
}

/** Follows which machines the tailnet has: the list is there when the unit has started. */
export function machines(machines: Machines): Part {
  const { tailnet, names, place } = machines;
  const path: HostPath = `${names.config}/suffix/machines`;
  const script = scriptOf(machines);
  // Not between two starts: names would come and go with every new machine.
  const forget = `[ "$EXIT_CODE" != killed ] || rm -f ${machinesList(names)}`;
  const sections = follower({
    names,
    place,
    word: "machines",
    about: { description: `Machines of tailnet ${tailnet} have names` },
    script: (what) => [path, what],
    forget: ["/bin/sh", "-c", forget],
  });
  return {
    units: [{ name: names.units.machines, sections, readAtStart: { [path]: script } }],
    files: { [path]: executable(script) },
  };
}

function scriptOf({ tailnet, names, suffix, domains, tailscaleVersion, via }: Machines): string {
  return fill("dns/follower/machines", {
    tailnet,
    suffix,
    via,
    list: machinesList(names),
    own: domains.length > 0 ? [{ domains: domains.join(" ") }] : [],
    socket: names.socket,
    program: `${tailscaleDirectory(tailscaleVersion)}/tailscale`,
    // of `sed -E`, which has no groups that do not count and no class \d
    machineTail: "[0-9]{2,3}\\.[0-9]{1,3}\\.[0-9]{1,3}",
  });
}
