import type { Profile } from "../../results.ts";
import { blocks, table } from "../text.ts";
import type { Section } from "./section.ts";

export function profileSection({ of, before, after, stages }: Profile): Section {
  const total = (key: "beforeMs" | "afterMs") => stages.reduce((sum, stage) => sum + (stage[key] ?? 0), 0);
  return {
    title: "Where the time goes",
    plots: {},
    markdown: blocks(
      `${of}, before (${before}) and after (${after}) the work on speed.`,
      table(
        ["", "before, ms", "after, ms"],
        [
          ...stages.map(({ stage, beforeMs, afterMs }) => [stage, beforeMs, afterMs]),
          ["**in all**", total("beforeMs"), total("afterMs")],
        ],
      ),
    ),
  };
}
