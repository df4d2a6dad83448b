import { trustTests } from "../trust/in-jest.ts";
import { rows } from "../trust/rows/index.ts";

for (const row of rows) trustTests(row, "in a laboratory");

it("has no row that nothing could make fail", () => {
  expect(rows.filter(({ faults }) => faults.length < 1)).toEqual([]);
});
