import type { Spread } from "../results.ts";

/** @param values of at least one run, in the order of the runs. @throws RangeError when there is none */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError("nothing was measured: no runs to take a median of");
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => quantile(sorted, share);
  return { runs: values, median: at(0.5), lower: at(0.25), upper: at(0.75) };
}

/** Between the two nearest values, in proportion. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Run by run, for two things measured side by side in the same runs. @throws RangeError when the runs differ in number */
export function pairwise(
  left: readonly number[],
  right: readonly number[],
  operation: (left: number, right: number) => number,
): Spread {
  if (left.length !== right.length)
    throw new RangeError(`cannot pair ${left.length} runs with ${right.length}: measure both in every run`);
  return spreadOf(left.map((value, run) => operation(value, right[run] ?? Number.NaN)));
}

/** Slope of the least-squares line; NaN when all `x` are the same. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const sum = (term: (x: number, y: number) => number) =>
    points.reduce((total, [x, y]) => total + term(x - meanX, y - meanY), 0);
  return sum((x, y) => x * y) / sum((x) => x * x);
}
