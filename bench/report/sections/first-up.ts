import { blocks, table } from "../../../test/workbench/text.ts";
import type { FirstUpResult } from "../../results.ts";
import { spread } from "../text.ts";
import type { Section } from "./section.ts";

export function firstUpSection({ wallSeconds, packageSeconds, loginSeconds }: FirstUpResult): Section {
  return {
    title: "The first `up` of a real host",
    plots: {},
    markdown: blocks(
      "A gateway with one tailnet in the laboratory, with real packages, downloads and logins; the servers that they come from stand beside it.",
      table(
        ["", "s"],
        [
          ["`pulumi up` in all", spread(wallSeconds)],
          ["of which a node logs in", spread(loginSeconds)],
          ["to compare: `apt-get update` and `apt-get install curl nftables` alone", spread(packageSeconds)],
        ],
      ),
    ),
  };
}
