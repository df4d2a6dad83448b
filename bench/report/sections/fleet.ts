import { blocks, type Cell, number, table } from "../../../test/workbench/text.ts";
import type { AgainstEngine, FleetResult, ToolRuns } from "../../results.ts";
import { pairwise } from "../statistics.ts";
import { type Bar, barPlot } from "../svg/bars.ts";
import { spread } from "../text.ts";
import { plot, type Section } from "./section.ts";

export function fleetSection(result: FleetResult): Section {
  const { hosts, tailnets, roundTripMs, refresh, up, stateBytesPerTailnet, checkpoints, rivals } = result;
  const title = `${hosts} hosts with ${tailnets} tailnets each`;
  return {
    title,
    plots: { fleet: fleetPlot(title, result) },
    markdown: blocks(
      `At an RTT of ${roundTripMs} ms, with \`--parallel 200\` and without checkpoints on both sides; the hosts run on the same cores as the tools. The state has ${number(stateBytesPerTailnet / 1000)} kB a tailnet.`,
      table(
        [
          "",
          "wall, s",
          "controller CPU, s",
          "wall above the engine, s",
          "CPU above the engine, s",
          "hosts alone, s",
        ],
        [row("refresh", refresh), engineRow(refresh), row("up", up), engineRow(up), ...rivals.map(rivalRow)],
      ),
      plot("fleet", `${title}: wall time of a refresh`),
      checkpoints.length === 0
        ? undefined
        : "What the engine's own checkpoints cost, in an `up` of all hosts:",
      checkpoints.length === 0
        ? undefined
        : table(
            ["backend and settings", "wall, s", "checkpoints", "MB written"],
            checkpoints.map(({ setting, wallSeconds, count, bytes }) => [
              setting,
              spread(wallSeconds),
              count,
              bytes / 1e6,
            ]),
          ),
    ),
  };
}

function row(what: string, { ours, engine, floorSeconds }: AgainstEngine): Cell[] {
  const above = (key: "wallSeconds" | "cpuSeconds") =>
    spread(pairwise(ours[key].runs, engine[key].runs, (whole, idle) => whole - idle));
  return [
    `**ours, ${what}**`,
    spread(ours.wallSeconds),
    spread(ours.cpuSeconds),
    above("wallSeconds"),
    above("cpuSeconds"),
    floorSeconds && spread(floorSeconds),
  ];
}

const engineRow = ({ engine }: AgainstEngine): Cell[] => [
  "the engine with resources that do nothing",
  spread(engine.wallSeconds),
  spread(engine.cpuSeconds),
  undefined,
  undefined,
  undefined,
];

const rivalRow = ({ tool, wallSeconds, cpuSeconds }: ToolRuns): Cell[] => [
  `${tool}, refresh`,
  spread(wallSeconds),
  spread(cpuSeconds),
  undefined,
  undefined,
  undefined,
];

function fleetPlot(title: string, { refresh, rivals }: FleetResult): string {
  const bar = (label: string, { wallSeconds }: ToolRuns, tone: Bar["tone"]): Bar => ({
    label,
    spread: wallSeconds,
    tone,
  });
  return barPlot({
    title: `${title}: wall time of a refresh`,
    unit: "s",
    bars: [
      bar("ours", refresh.ours, "ours"),
      bar("engine, nothing to do", refresh.engine, "quiet"),
      ...rivals.map((rival) => bar(rival.tool, rival, "other")),
    ],
  });
}
