import { spreadOf } from "../../../bench/report/statistics.ts";
import { spread } from "../../../bench/report/text.ts";
import { number, table } from "../../workbench/text.ts";

describe("number", () => {
  it.each([
    [0, "0"],
    [0.4123, "0.412"],
    [9.996, "10.00"],
    [13.84, "13.8"],
    [126.4, "126"],
    [999.7, "1\u2009000"],
    [1530.4, "1\u2009530"],
    [1234567, "1\u2009234\u2009567"],
    [-2.5, "-2.50"],
    [1, "1"],
    [60, "60"],
    [Number.NaN, "–"],
  ])("writes %d as %s", (value, text) => expect(number(value)).toBe(text));
});

describe("spread", () => {
  it("shows median and quartiles", () => expect(spread(spreadOf([1.5, 2.5, 3.5]))).toBe("2.50 (2 – 3)"));
  it("claims no spread of a single run", () => expect(spread(spreadOf([2.5]))).toBe("2.50"));
});

describe("table", () => {
  it("is what Markdown takes for a table", () => {
    expect(
      table(
        ["tool", "s"],
        [
          ["a", 1.5],
          ["b", undefined],
        ],
      ),
    ).toBe("| tool |    s |\n| ---- | ---: |\n| a    | 1.50 |\n| b    |    – |");
  });

  it("keeps a bar in a cell inside its cell", () => {
    expect(table(["tool"], [["a|b"]])).toContain("| a\\|b |");
  });
});
