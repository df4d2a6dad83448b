import { table } from "../../../test/workbench/text.ts";
import type { OneOfFiftyResult } from "../../results.ts";
import { spread } from "../text.ts";
import { COUNT_HEAD, countCells } from "./counts.ts";
import type { Section } from "./section.ts";

export function oneOfFiftySection(result: OneOfFiftyResult): Section {
  const { hosts, hostsContacted, roundTripMs, counts, wallSeconds } = result;
  return {
    title: `One changed file on one of ${hosts} hosts`,
    plots: {},
    markdown: [
      `\`pulumi up\` at an RTT of ${roundTripMs} ms contacted ${hostsContacted} ${hostsContacted === 1 ? "host" : "hosts"} and took ${spread(wallSeconds)} s.`,
      table(["", ...COUNT_HEAD], [["ours", ...countCells(counts)]]),
    ].join("\n\n"),
  };
}
