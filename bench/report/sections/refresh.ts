import type { RefreshResult } from "../../results.ts";
import { comparisonSection } from "./comparison.ts";
import type { Section } from "./section.ts";

export const refreshSection = (result: RefreshResult): Section =>
  comparisonSection(result, {
    title: "Refresh: nothing has changed",
    name: "refresh",
    intro: "Every tool looks at a host that already is as it should be, and finds nothing to do.",
  });
