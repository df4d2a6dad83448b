import { blocks, table } from "../../../test/workbench/text.ts";
import type { ParallelResult } from "../../results.ts";
import { spread } from "../text.ts";
import type { Section } from "./section.ts";

export function parallelSection({ hosts, tailnets, rows }: ParallelResult): Section {
  return {
    title: "Any `--parallel`",
    plots: {},
    markdown: blocks(
      `\`pulumi up --parallel\` on ${hosts} ${hosts === 1 ? "host" : "hosts"} with ${tailnets} tailnets. sshd drops connections beyond its \`MaxStartups\` and refuses channels beyond its \`MaxSessions\` (10 by default): neither may ever happen.`,
      table(
        ["`--parallel`", "connections per host", "channels at once", "refused by sshd", "wall, s"],
        rows.map(({ parallel, connectionsPerHost, channelsAtOnce, refused, wallSeconds }) => [
          String(parallel),
          connectionsPerHost,
          channelsAtOnce,
          refused,
          spread(wallSeconds),
        ]),
      ),
    ),
  };
}
