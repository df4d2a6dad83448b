import { dirname } from "node:path/posix";
import { DOMAIN_SCRIPT, RUN, type TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import { fill } from "../template.ts";
import { limits, SMALL } from "../unit/limits.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import { command, ON_THE_HOST, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";

export interface DomainUnit {
  /** Name of the tailnet on the host. */
  readonly name: string;
  readonly names: TailnetNames;
  readonly place: Place;
  readonly suffix: string;
  /** Regular expression for a machine's name under the suffix; its first group is the machine. */
  readonly machinePattern: string;
}

/** Text of the script at `DOMAIN_SCRIPT`, the Gateway's file: it keeps rules for names of machines in line with a domain. */
export function domainScript(): string {
  return fill("dns/domain", { run: RUN });
}

/**
 * Follows the domain of the tailnet, which is known once its node is logged in. The rules are there when it has
 * started; it ends, and systemd starts it again, when the domain is another one.
 */
export function domainUnit(unit: DomainUnit): UnitText {
  const { name, names, place } = unit;
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
    readAtStart: { [DOMAIN_SCRIPT]: domainScript() },
  };
}

function service({ name, names, suffix, machinePattern }: DomainUnit): Section {
  const script = (what: string) => [DOMAIN_SCRIPT, what, name, suffix, machinePattern];
  const directory = `${names.directory}_domain`;
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
      ["ExecStopPost", `-${command(...ON_THE_HOST, "/bin/rm", "-rf", names.rules)}`],
      ["TimeoutStartSec", "30"],
      ["Restart", "always"],
      ["RestartSec", "5"],
      ...limits(SMALL),
      // tailscaled's socket is a file; there is nothing else to talk to.
      ["PrivateNetwork", "yes"],
      // Only this user and root come near the socket.
      ["User", names.user],
      ...UNPRIVILEGED,
    ],
  ];
}
