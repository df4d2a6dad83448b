import { secondsLeft } from "../../../bench/progress.ts";

describe("the time that is left", () => {
  it.each([
    ["is what was expected, at the beginning", 100, 0, 0, 100],
    ["is nothing, at the end", 100, 300, 1, 0],
    ["follows what was expected when that comes true", 100, 50, 0.5, 50],
    ["moves towards experience when it is slower", 100, 100, 0.5, 75],
  ])("%s", (_, expected, elapsed, done, left) => {
    expect(secondsLeft(expected, elapsed, done)).toBeCloseTo(left);
  });
});
