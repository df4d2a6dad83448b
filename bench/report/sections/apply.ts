import type { ApplyResult } from "../../results.ts";
import { comparisonSection } from "./comparison.ts";
import type { Section } from "./section.ts";

export function applySection(result: ApplyResult): Section {
  return comparisonSection(result, {
    title: "Apply: an empty host",
    name: "apply",
    intro: `Every tool brings the same files and units to a host that has none of them. Ours goes in ${result.waves} dependency waves.`,
    after:
      "Units only stand in here, so that every tool starts the same: no login and no package is in these times.",
  });
}
