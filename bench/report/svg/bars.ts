import { number } from "../../../test/workbench/text.ts";
import type { Spread } from "../../results.ts";
import { frame, line, rect, type Tone, text, WIDTH } from "./frame.ts";

export interface Bar {
  readonly label: string;
  readonly spread: Spread;
  readonly tone: Tone;
}

export interface BarPlot {
  readonly title: string;
  /** Behind each number, such as `s` or `×`. */
  readonly unit: string;
  /** A sentence below the bars. */
  readonly note?: string;
  readonly bars: readonly Bar[];
}

const ROW = 30;
const TOP = 34;
const LABELS = 250;
const NUMBERS = 90;

/** Horizontal bars from zero: the median, a whisker from quartile to quartile, and the number. */
export function barPlot({ title, unit, note, bars }: BarPlot): string {
  const most = Math.max(...bars.map(({ spread }) => Math.max(spread.median, spread.upper)));
  const scale = (value: number) => (Math.max(0, value) / most) * (WIDTH - LABELS - NUMBERS);
  const bottom = TOP + bars.length * ROW;
  const height = bottom + (note === undefined ? 8 : 26);
  return frame(title, height, [
    ...bars.flatMap((bar, row) => drawn(bar, TOP + row * ROW, unit, scale)),
    line(LABELS, TOP - 4, LABELS, bottom, "grid"),
    ...(note === undefined ? [] : [text(LABELS, bottom + 18, note, "small")]),
  ]);
}

function drawn({ label, spread, tone }: Bar, top: number, unit: string, scale: (value: number) => number) {
  const { median, lower, upper, runs } = spread;
  const middle = top + ROW / 2 - 2;
  const [from, to] = [LABELS + scale(lower), LABELS + scale(upper)];
  const whisker = [
    line(from, middle, to, middle, "whisker"),
    line(from, middle - 4, from, middle + 4, "whisker"),
    line(to, middle - 4, to, middle + 4, "whisker"),
  ];
  const end = Math.max(LABELS + scale(median), to);
  return [
    text(LABELS - 10, middle + 4, label, "", "end"),
    rect(LABELS, top + 3, scale(median), ROW - 10, tone),
    ...(runs.length > 1 ? whisker : []),
    text(end + 8, middle + 4, `${number(median)} ${unit}`),
  ];
}
