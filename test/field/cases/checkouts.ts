import type { FieldCase } from "../case.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "R5",
    happens: "a checkout on Windows with `core.autocrlf`",
    before: "every program that was sent to a host was a syntax error there",
    now: "what goes to hosts has the same line ends in every checkout",
    test: [
      "test/unit/docs/line-ends.test.ts",
      "a checkout as on Windows has no carriage returns in what goes to hosts",
    ],
  },
];
