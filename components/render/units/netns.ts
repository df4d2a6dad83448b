import { FORWARDING_UNIT, KERNEL_SCRIPT, type TailnetNames } from "../names.ts";
import { command, type UnitText } from "../unit-file.ts";

export interface NetnsUnit {
  readonly name: string;
  readonly names: TailnetNames;
  readonly readAtStart: readonly string[];
  readonly readOnReload: readonly string[];
}

/**
 * The namespace with its veth pair, routes and firewall tables. Every other unit of the tailnet is bound
 * to this one.
 */
export function netnsUnit({ name, names, readAtStart, readOnReload }: NetnsUnit): UnitText {
  return {
    name: names.units.netns,
    sections: [
      [
        "Unit",
        [
          ["Description", `Network namespace of tailnet ${name}`],
          ["Wants", FORWARDING_UNIT],
          ["After", `network-pre.target systemd-sysctl.service nftables.service ${FORWARDING_UNIT}`],
        ],
      ],
      [
        "Service",
        [
          ["Type", "oneshot"],
          ["RemainAfterExit", "yes"],
          ["ExecStart", command(KERNEL_SCRIPT, "up", name)],
          ["ExecReload", command(KERNEL_SCRIPT, "up", name)],
          // Not ExecStop: this runs after a start that failed half-way, too.
          ["ExecStopPost", command(KERNEL_SCRIPT, "down", name)],
          ["TimeoutStartSec", "60"],
        ],
      ],
      ["Install", [["WantedBy", "multi-user.target"]]],
    ],
    readAtStart,
    readOnReload,
    check: [KERNEL_SCRIPT, "check", name],
  };
}
