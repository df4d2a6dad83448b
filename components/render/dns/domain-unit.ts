import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import { fill } from "../template.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import { command, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";

export interface DomainUnit {
  /** Name of the tailnet on the host. */
  readonly name: string;
  readonly names: TailnetNames;
  readonly place: Place;
  /** Where the script stands. */
  readonly path: HostPath;
  /** The script. */
  readonly script: string;
}

export interface DomainScript {
  readonly name: string;
  readonly names: TailnetNames;
  readonly suffix: string;
  /** Regular expression for a machine's name under the suffix; its first group is the machine. */
  readonly machinePattern: string;
}

/** Keeps the resolver's rules for names of machines in line with the tailnet's domain. */
export function domainScript({ name, names, suffix, machinePattern }: DomainScript): string {
  const { rules, socket, units } = names;
  const { dns, socks } = units;
  return fill("dns/domain", { name, suffix, machinePattern, rules, socket, dns, socks });
}

/**
 * Follows the domain of the tailnet, which is known once its node is logged in. The rules are there when it has
 * started; it ends, and systemd starts it again, when the domain is another one.
 */
export function domainUnit(unit: DomainUnit): UnitText {
  const { name, names, place, script } = unit;
  const { dns, online } = names.units;
  return {
    name: names.units.domain,
    sections: [
      [
        "Unit",
        place.unit({ description: `Domain of tailnet ${name} is known`, after: [dns], bindsTo: [online] }),
      ],
      service(unit),
      // Not of the place: a restart of tailscaled alone must bring this one back as well.
      ["Install", [["WantedBy", online]]],
    ],
    readAtStart: [script],
  };
}

function service({ names, path }: DomainUnit): Section {
  return [
    "Service",
    [
      ["Type", "exec"],
      ["RuntimeDirectory", `${names.directory}_domain`],
      ["ExecStartPre", command(path, "ask")],
      // What it asks is the node's, what it writes is read by the resolver: only root may do both.
      ["ExecStartPre", command(`+${path}`, "write")],
      ["ExecStart", command(path, "watch")],
      ["ExecStopPost", command("-+/bin/rm", "-rf", names.rules)],
      ["TimeoutStartSec", "30"],
      ["Restart", "always"],
      ["RestartSec", "1"],
      // tailscaled's socket is a file; there is nothing else to talk to.
      ["PrivateNetwork", "yes"],
      // Only this user and root come near the socket.
      ["User", names.user],
      ...UNPRIVILEGED,
    ],
  ];
}
