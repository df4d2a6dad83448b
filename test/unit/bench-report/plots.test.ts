import { spreadOf } from "../../../bench/report/statistics.ts";
import { type Bar, barPlot } from "../../../bench/report/svg/bars.ts";
import { linePlot, type Series } from "../../../bench/report/svg/lines.ts";

const bar = (label: string, ...runs: number[]): Bar => ({ label, spread: spreadOf(runs), tone: "other" });
const bars = (...all: Bar[]) => barPlot({ title: "Bars", unit: "s", bars: all });

const line = (label: string, ...values: number[]): Series => ({
  label,
  tone: "ours",
  points: values.map((value, place) => ({ x: place * 10, spread: spreadOf([value]) })),
});
const lines = (...series: Series[]) => linePlot({ title: "Lines", xLabel: "ms", yLabel: "s", series });

/** The numbers of an attribute, in the order of the elements. */
const numbers = (svg: string, element: RegExp): number[] =>
  [...svg.matchAll(element)].map(([, value]) => Number(value));

describe.each([
  ["bars", bars(bar("a & <b>", 1, 2, 3), bar("c", 4))],
  ["lines", lines(line("a & <b>", 1, 2), line("c", 30, 40))],
])("a plot of %s", (_, svg) => {
  it("closes every element that it opens", () => {
    const open: string[] = [];
    for (const [, end, name = "", self] of svg.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
      if (end) expect(open.pop()).toBe(name);
      else if (!self) open.push(name);
    }
    expect(open).toEqual([]);
  });

  it("shows names as they are", () => {
    expect(svg).toContain("a &amp; &lt;b&gt;");
    expect(svg).not.toContain("<b>");
  });

  it("can be read on dark pages too", () => expect(svg).toContain("prefers-color-scheme: dark"));
  it("has no number that is none", () => expect(svg).not.toMatch(/NaN|Infinity|undefined/));
});

describe("bars", () => {
  it("are as long as what they show", () => {
    const [short = 0, long = 0] = numbers(bars(bar("a", 1), bar("b", 4)), /<rect[^>]* width="([\d.]+)"/g);
    expect(long / short).toBeCloseTo(4, 1);
  });

  it("have whiskers where there is more than one run", () => {
    expect(bars(bar("a", 1))).not.toContain('class="whisker"');
    expect(bars(bar("a", 1, 2))).toContain('class="whisker"');
  });

  it("stay inside the picture, whiskers and numbers too", () => {
    const svg = bars(bar("a", 1, 1000, 100000));
    expect(Math.max(...numbers(svg, / x2?="([\d.]+)"/g))).toBeLessThan(720 - 40);
  });
});

describe("lines", () => {
  it("have labels that do not lie on each other", () => {
    const svg = lines(line("a", 10, 10), line("b", 10, 10.1), line("c", 10, 10.2));
    const places = numbers(svg, /<text x="530" y="([\d.]+)"/g).toSorted((a, b) => a - b);
    expect(places).toHaveLength(3);
    const gaps = places.slice(1).map((place, i) => place - (places[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(15);
  });

  it("rise where the numbers do", () => {
    const [first = 0, second = 0] = numbers(lines(line("a", 1, 50)), /<circle[^>]* cy="([\d.]+)"/g);
    expect(second).toBeLessThan(first);
  });

  it("can be a single flat one", () => expect(lines(line("a", 3, 3))).not.toMatch(/NaN|Infinity/));
});
