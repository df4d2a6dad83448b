import { number } from "../../../test/workbench/text.ts";
import type { Spread } from "../../results.ts";
import { frame, line, px, type Tone, text, WIDTH } from "./frame.ts";

export interface Series {
  readonly label: string;
  readonly tone: Tone;
  readonly points: readonly { readonly x: number; readonly spread: Spread }[];
}

export interface LinePlot {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
}

const HEIGHT = 400;
const [LEFT, RIGHT, TOP, BOTTOM] = [52, WIDTH - 200, 52, HEIGHT - 44];
const LABEL_HEIGHT = 16;

/** Lines over a linear x and a logarithmic y, whiskers from quartile to quartile, labels where the lines end. */
export function linePlot({ title, xLabel, yLabel, series }: LinePlot): string {
  const points = series.flatMap((one) => one.points);
  const ticks = ticksFor(points.map(({ spread }) => spread.median));
  const [low, high] = [Math.log(ticks[0] ?? 1), Math.log(ticks.at(-1) ?? 10)];
  const most = Math.max(...points.map(({ x }) => x), 1);
  const x = (value: number) => LEFT + (value / most) * (RIGHT - LEFT);
  const y = (value: number) => BOTTOM - ((Math.log(value) - low) / (high - low)) * (BOTTOM - TOP);
  const places = [...new Set(points.map((point) => point.x))].toSorted((a, b) => a - b);
  return frame(title, HEIGHT, [
    text(0, 38, yLabel, "small"),
    ...ticks.flatMap((tick) => [
      line(LEFT, y(tick), RIGHT, y(tick), "grid"),
      text(LEFT - 8, y(tick) + 4, number(tick), "small", "end"),
    ]),
    ...places.map((place) => text(x(place), BOTTOM + 18, number(place), "small", "middle")),
    text((LEFT + RIGHT) / 2, BOTTOM + 36, xLabel, "small", "middle"),
    ...series.flatMap((one) => drawn(one, x, y)),
    ...labels(series, y),
  ]);
}

/** 1, 3, 10, 30, …: the fewest that enclose all values, at least two. */
function ticksFor(values: readonly number[]): number[] {
  const steps = Array.from({ length: 20 }, (_, i) => 10 ** Math.floor(i / 2 - 4) * (i % 2 === 0 ? 1 : 3));
  const from = steps.findLastIndex((step) => step <= Math.min(...values));
  const to = steps.findIndex((step) => step >= Math.max(...values));
  return steps.slice(Math.max(0, from), Math.max(to, from + 1) + 1);
}

type Scale = (value: number) => number;

function drawn({ points, tone }: Series, x: Scale, y: Scale): string[] {
  const path = points.map((point) => `${px(x(point.x))},${px(y(point.spread.median))}`).join(" ");
  return [
    `<polyline points="${path}" class="${tone}" style="fill: none"/>`,
    ...points.flatMap((point) => [
      `<circle cx="${px(x(point.x))}" cy="${px(y(point.spread.median))}" r="3" class="${tone}"/>`,
      line(x(point.x), y(point.spread.lower), x(point.x), y(point.spread.upper), "whisker"),
    ]),
  ];
}

/** Beside the last point of each line, pushed down where the one above would be written over. */
function labels(series: readonly Series[], y: Scale): string[] {
  const wanted = series
    .flatMap(({ label, points }) => points.slice(-1).map(({ spread }) => ({ label, at: y(spread.median) })))
    .toSorted((a, b) => a.at - b.at);
  let free = 0;
  return wanted.map(({ label, at }) => {
    const place = Math.max(at, free);
    free = place + LABEL_HEIGHT;
    return text(RIGHT + 10, place + 4, label);
  });
}
