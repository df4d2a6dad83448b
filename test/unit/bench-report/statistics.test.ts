import fc from "fast-check";
import { pairwise, slopeOf, spreadOf } from "../../../bench/report/statistics.ts";

describe("spreadOf", () => {
  it("has the median and the quartiles of an odd number of runs", () => {
    expect(spreadOf([5, 1, 4, 2, 3])).toEqual({ runs: [5, 1, 4, 2, 3], median: 3, lower: 2, upper: 4 });
  });

  it("goes between two runs in proportion", () => {
    expect(spreadOf([1, 2, 3, 4])).toMatchObject({ median: 2.5, lower: 1.75, upper: 3.25 });
  });

  it("is a single run itself", () => {
    expect(spreadOf([7])).toEqual({ runs: [7], median: 7, lower: 7, upper: 7 });
  });

  it("refuses to say anything about no runs", () => expect(() => spreadOf([])).toThrow(RangeError));

  it("keeps to the order of the numbers, whatever they are", () => {
    const runs = fc.array(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), { minLength: 1 });
    fc.assert(
      fc.property(runs, (values) => {
        const { median, lower, upper } = spreadOf(values);
        expect(Math.min(...values)).toBeLessThanOrEqual(lower);
        expect(lower).toBeLessThanOrEqual(median);
        expect(median).toBeLessThanOrEqual(upper);
        expect(upper).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });
});

describe("pairwise", () => {
  it("compares run with run, not median with median", () => {
    const { runs, median } = pairwise([2, 30, 4], [1, 10, 4], (ours, theirs) => ours / theirs);
    expect({ runs, median }).toEqual({ runs: [2, 3, 1], median: 2 });
  });

  it("refuses runs that were not made side by side", () => {
    expect(() => pairwise([1, 2], [1], (left) => left)).toThrow("cannot pair 2 runs with 1");
  });
});

describe("slopeOf", () => {
  it("is the number of round trips in a wall time over the RTT", () => {
    const points = [0, 0.02, 0.05, 0.1].map((rtt) => [rtt, 0.4 + 11 * rtt] as const);
    expect(slopeOf(points)).toBeCloseTo(11);
  });

  it("is the best line through points that lie beside it", () => {
    expect(
      slopeOf([
        [0, 0],
        [1, 2],
        [2, 2],
      ]),
    ).toBeCloseTo(1);
  });
});
