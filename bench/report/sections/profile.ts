import { blocks, table } from "../../../test/workbench/text.ts";
import type { Profile, ProfiledRuns } from "../../results.ts";
import { spread } from "../text.ts";
import { COUNT_HEAD, countCells } from "./counts.ts";
import type { Section } from "./section.ts";

export function profileSection({ tailnets, roundTripMs, rows }: Profile): Section {
  return {
    title: "Where the time goes",
    plots: {},
    markdown: blocks(
      `One host with ${tailnets} tailnets, RTT ${roundTripMs} ms: the first \`up\` and the refresh after it, by the version before the work on speed (that commit) and by this one.`,
      table(
        [
          "",
          "wall, s",
          "of which the host is spoken with",
          "the engine and its program",
          "controller CPU, s",
        ],
        rows.map((row) => [
          row.tool,
          spread(row.wallSeconds),
          spread(row.lineSeconds),
          alone(row),
          spread(row.cpuSeconds),
        ]),
      ),
      table(
        ["a run's", ...COUNT_HEAD],
        rows.map(({ tool, counts }) => [tool, ...countCells(counts)]),
      ),
    ),
  };
}

/** Before the first packet and after the last one. */
const alone = ({ wallSeconds, lineSeconds }: ProfiledRuns): number => wallSeconds.median - lineSeconds.median;
