import { blocks, number, table } from "../../../test/workbench/text.ts";
import type { Comparison, Latency, Spread, ToolRuns } from "../../results.ts";
import { pairwise, slopeOf, spreadOf } from "../statistics.ts";
import { type Bar, barPlot } from "../svg/bars.ts";
import { linePlot } from "../svg/lines.ts";
import { spread, times } from "../text.ts";
import { COUNT_HEAD, countCells } from "./counts.ts";
import { plot, type Section } from "./section.ts";

/** Words that differ between the chapters that compare tools. */
export interface Wording {
  readonly title: string;
  /** Beginning of plots' names. */
  readonly name: string;
  readonly intro: string;
  /** After the tables. */
  readonly after?: string;
}

/** The chapter about one desired state that every tool brings about. */
export function comparisonSection(result: Comparison, { title, name, intro, after }: Wording): Section {
  const { ours, engine, rivals, latency, sizes } = result;
  const net = pairwise(ours.wallSeconds.runs, engine.wallSeconds.runs, (whole, idle) => whole - idle);
  const plots: Record<string, string> = {};
  if (rivals.length > 0 && net.median > 0) plots[`${name}-ratio`] = ratioPlot(title, result, net);
  if (latency.length > 0) plots[`${name}-latency`] = latencyPlot(title, latency, ours.tool);
  return {
    title,
    plots,
    markdown: blocks(
      intro,
      `${result.tailnets} tailnets (${result.files} files, ${result.units} units), RTT ${result.roundTripMs} ms.`,
      wallTable(result, net),
      rivalsThatWin(result, net),
      plots[`${name}-ratio`] &&
        plot(`${name}-ratio`, `${title}: wall time of other tools as multiples of ours`),
      countTable([ours, engine, ...rivals]),
      latency.length > 0 ? slopeTable(latency) : undefined,
      plots[`${name}-latency`] && plot(`${name}-latency`, `${title}: wall time over the round-trip time`),
      sizes.length > 0 ? sizeTable(result) : undefined,
      after,
    ),
  };
}

function wallTable({ ours, engine, rivals }: Comparison, net: Spread): string {
  const row = ({ tool, wallSeconds, cpuSeconds }: ToolRuns) => [
    tool,
    spread(wallSeconds),
    spread(cpuSeconds),
    net.median > 0 ? times(wallSeconds.median / net.median) : undefined,
    times(wallSeconds.median / ours.wallSeconds.median),
  ];
  return table(
    ["", "wall, s", "controller CPU, s", "over ours without the engine", "over ours end to end"],
    [
      [
        "**ours without the engine** (difference of both below)",
        `**${spread(net)}**`,
        undefined,
        times(1),
        undefined,
      ],
      [
        "**ours, end to end**",
        `**${spread(ours.wallSeconds)}**`,
        spread(ours.cpuSeconds),
        undefined,
        times(1),
      ],
      [
        "the engine with resources that do nothing",
        spread(engine.wallSeconds),
        spread(engine.cpuSeconds),
      ].concat("–", "–"),
      ...rivals.map(row),
    ],
  );
}

/** Where we lose stands above the table, so that it need not be searched. */
function rivalsThatWin({ ours, rivals }: Comparison, net: Spread): string {
  const faster = (than: number) =>
    rivals
      .filter(({ wallSeconds }) => wallSeconds.median < than)
      .map(({ tool, wallSeconds }) => `${tool} (${number(wallSeconds.median)} s)`);
  const [endToEnd, alone] = [faster(ours.wallSeconds.median), faster(net.median)];
  if (endToEnd.length === 0)
    return rivals.length === 0 ? "" : "No rival is faster, end to end or without the engine.";
  const without =
    alone.length === 0 ? "none is without the engine" : `without the engine too: ${alone.join(", ")}`;
  return `**Faster than ours, end to end:** ${endToEnd.join(", ")}; ${without}.`;
}

function ratioPlot(title: string, { ours, rivals }: Comparison, net: Spread): string {
  const bar = ({ tool, wallSeconds }: ToolRuns, tone: Bar["tone"]): Bar => ({
    label: tool,
    tone,
    spread: spreadOf(wallSeconds.runs.map((seconds) => seconds / net.median)),
  });
  return barPlot({
    title: `${title}: wall time, ours without the engine = 1`,
    unit: "×",
    note: "Bars: medians; whiskers: quartiles. Shorter is faster.",
    bars: [
      { label: "ours without the engine", tone: "ours", spread: spreadOf([1]) },
      bar({ ...ours, tool: "ours, end to end" }, "ours"),
      ...rivals
        .toSorted((a, b) => a.wallSeconds.median - b.wallSeconds.median)
        .map((rival) => bar(rival, "other")),
    ],
  });
}

function countTable(tools: readonly ToolRuns[]): string | undefined {
  const counted = tools.filter(({ counts }) => counts !== undefined);
  if (counted.length === 0) return undefined;
  return table(
    ["a run's", ...COUNT_HEAD],
    counted.map(({ tool, counts }) => [tool, ...countCells(counts)]),
  );
}

function sizeTable({ sizes }: Comparison): string {
  return table(
    ["ours with", ...COUNT_HEAD],
    sizes.map(({ tailnets, counts }) => [
      `${tailnets} ${tailnets === 1 ? "tailnet" : "tailnets"}`,
      ...countCells(counts),
    ]),
  );
}

function slopeTable(latency: readonly Latency[]): string {
  const delays = latency[0]?.points.map(({ roundTripMs }) => roundTripMs) ?? [];
  return table(
    ["wall, s, at an RTT of", ...delays.map((ms) => `${ms} ms`), "slope: serial round trips"],
    latency.map(({ tool, points }) => [
      tool,
      ...delays.map((ms) => points.find(({ roundTripMs }) => roundTripMs === ms)?.wallSeconds.median),
      slopeOf(points.map(({ roundTripMs, wallSeconds }) => [roundTripMs / 1000, wallSeconds.median])),
    ]),
  );
}

function latencyPlot(title: string, latency: readonly Latency[], ours: string): string {
  return linePlot({
    title: `${title}: wall time over the round-trip time`,
    xLabel: "RTT, ms",
    yLabel: "seconds (logarithmic)",
    series: latency.map(({ tool, points }) => ({
      label: tool,
      tone: tool === ours ? "ours" : "other",
      points: points.map(({ roundTripMs, wallSeconds }) => ({ x: roundTripMs, spread: wallSeconds })),
    })),
  });
}
