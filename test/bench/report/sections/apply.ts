import type { ApplyResult } from "../../results.ts";
import { blocks, spread, table } from "../text.ts";
import { comparisonSection } from "./comparison.ts";
import type { Section } from "./section.ts";

export function applySection(result: ApplyResult): Section {
  const { waves, loginSeconds, packageSeconds } = result;
  const apart = [
    ...(loginSeconds === undefined ? [] : [["login of a node", spread(loginSeconds)]]),
    ...(packageSeconds === undefined ? [] : [["installing packages", spread(packageSeconds)]]),
  ];
  return comparisonSection(result, {
    title: "Apply: an empty host",
    name: "apply",
    intro: `Every tool brings the same files and units to a host that has none of them. Ours goes in ${waves} dependency waves.`,
    after: blocks(
      "Units only stand in here, so that every tool starts the same: no login and no package is in these times.",
      apart.length > 0 ? table(["apart from that, on a laboratory host", "s"], apart) : undefined,
    ),
  });
}
