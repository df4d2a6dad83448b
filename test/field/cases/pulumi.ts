import type { FieldCase } from "../case.ts";

export const cases: readonly FieldCase[] = [
  {
    id: "F3",
    happens: "a mistake in the configuration or in an argument",
    before: "18 to 46 s of silence and 2 GB of memory, until Node gave up colouring the stack of the error",
    now: "the error after 2 s",
    test: [
      "test/unit/components/problem.test.ts",
      "says what is wrong and where in the program, and has no line of a library that Node cannot colour",
    ],
  },
];
