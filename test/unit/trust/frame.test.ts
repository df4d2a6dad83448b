import type { Row, Trial } from "../../trust/contract.ts";
import { render } from "../../trust/report/index.ts";
import type { RowResult } from "../../trust/results.ts";
import { caseOf } from "../../trust/seeded-case.ts";
import { isNoticed, type Plan, tryAll, tryRow } from "../../trust/try.ts";

const plan: Plan = { seed: 7, cases: ({ cases }) => cases.whole, tell: () => {} };

/** Fails in the cases that `isBroken` names. */
function trial(isBroken: (number: number) => boolean, closed: string[] = []): Trial {
  return {
    name: "holds",
    on: "memory",
    cases: { fast: 2, whole: 4 },
    open: async () => ({
      async try({ number }) {
        if (isBroken(number)) throw new Error(`case ${number} is broken`);
      },
      close: async () => void closed.push("closed"),
      figures: () => ({ cuts: 3 }),
    }),
  };
}

const sound = trial(() => false);
const broken = trial(() => true);

function row(parts: Partial<Row> = {}): Row {
  const faults: Row["faults"] = [{ name: "it is broken", trial: broken }];
  return { name: "row", title: "some fear", unproved: "", trials: [sound], faults, ...parts };
}

describe("chance", () => {
  it("is the same for the same seed, trial and number, and another one otherwise", () => {
    const drawn = (seed: number, name: string, number: number) =>
      Array.from({ length: 8 }, () => caseOf(seed, name, number).below(1e6)).at(-1);
    expect(drawn(1, "a", 2)).toBe(drawn(1, "a", 2));
    expect(new Set([drawn(1, "a", 2), drawn(2, "a", 2), drawn(1, "b", 2), drawn(1, "a", 3)]).size).toBe(4);
  });

  it("picks every item, and shuffles without losing one", () => {
    const one = caseOf(1, "a", 0);
    expect(new Set(Array.from({ length: 100 }, () => one.pick(["a", "b", "c"]))).size).toBe(3);
    expect(one.shuffled([1, 2, 3, 4, 5]).toSorted()).toEqual([1, 2, 3, 4, 5]);
  });
});

describe("a trial", () => {
  it("goes on after a case that fails, and says which it was", async () => {
    const closed: string[] = [];
    const { cases, failures, figures } = await tryAll(
      trial((number) => number === 1, closed),
      plan,
    );
    expect(cases).toBe(4);
    expect(failures).toEqual([{ trial: "holds", number: 1, message: "case 1 is broken" }]);
    expect(figures).toEqual({ cuts: 3 });
    expect(closed).toEqual(["closed"]);
  });

  it("with no cases opens nothing", async () => {
    const closed: string[] = [];
    const { cases } = await tryAll(
      trial(() => true, closed),
      { ...plan, cases: () => 0 },
    );
    expect([cases, closed]).toEqual([0, []]);
  });
});

describe("a planted fault", () => {
  it("is noticed as soon as one case fails, and no further one is tried", async () => {
    const tried: number[] = [];
    const late = trial((number) => tried.push(number) === 2);
    expect(await isNoticed({ name: "late", trial: late }, plan)).toBe(true);
    expect(tried).toEqual([0, 1]);
  });

  it("that goes unnoticed is a failure of the row", async () => {
    expect((await tryRow(row(), plan)).failures).toEqual([]);
    const blind = row({ faults: [{ name: "nobody looks", trial: sound }] });
    expect((await tryRow(blind, plan)).failures).toMatchObject([
      { message: "went unnoticed although it was planted: nobody looks" },
    ]);
  });
});

describe("the page", () => {
  const result: RowResult = {
    title: "some fear",
    unproved: "A real power cut is not shown.",
    at: "2026-01-02T03:04:05.000Z",
    seconds: 61.4,
    seed: 1,
    cases: 1200,
    failures: [],
    figures: { cuts: 3 },
    faults: ["it is broken"],
    command: "npm run trust -- --only row",
  };

  it("shows cases, failures, planted faults, seconds and the command to repeat", () => {
    const page = render({ row: result }, ["row", "other"]);
    expect(page).toContain("Not tried yet: other.");
    expect(page).toMatch(
      /\| some fear +\| +1\s200 \| +0 \| +1 of 1 \| +61 \| +2026-01-02 \| +`npm run trust/,
    );
    expect(page).toContain("**Left unproved.** A real power cut is not shown.");
  });

  it("shows what failed, and does not count a planted fault that went unnoticed", () => {
    const failures = [
      { trial: "holds", number: 3, message: "case 3 is broken" },
      { trial: "holds", message: "went unnoticed although it was planted: it is broken" },
    ];
    const page = render({ row: { ...result, failures } }, ["row"]);
    expect(page).toMatch(/\*\*2\*\* \| +0 of 1/);
    expect(page).toContain("**Failed** (case 3): holds\n\n    case 3 is broken");
  });
});
