import { FORWARDING_UNIT, type TailnetNames } from "../names.ts";
import type { UnitText } from "../unit-file.ts";
import { inKernel } from "./in-kernel.ts";

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
  const { service, check } = inKernel(name);
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
      service,
      ["Install", [["WantedBy", "multi-user.target"]]],
    ],
    readAtStart,
    readOnReload,
    check,
  };
}
