import { type Entrant, inRounds } from "../../../bench/rounds.ts";

interface Run {
  readonly wallSeconds: number;
}

const told: [string, number][] = [];
const plan = {
  runs: 3,
  budgetSeconds: 100,
  tell: (what: string, done: number) => void told.push([what, done]),
  random: () => 0,
};

function entrant(name: string, wallSeconds: number, order: string[], failsAt = Number.POSITIVE_INFINITY) {
  let runs = 0;
  return {
    name,
    run: async (): Promise<Run> => {
      order.push(name);
      if (++runs === failsAt) throw new Error("it is broken");
      return { wallSeconds };
    },
  } satisfies Entrant<Run>;
}

beforeEach(() => told.splice(0));

describe("rounds", () => {
  it("run everyone once before anyone runs again", async () => {
    const order: string[] = [];
    const series = await inRounds([entrant("a", 1, order), entrant("b", 2, order)], plan);
    expect(order).toEqual(["b", "a", "b", "a", "b", "a"]);
    expect(series.map(({ name, samples }) => [name, samples.length])).toEqual([
      ["a", 3],
      ["b", 3],
    ]);
  });

  it("run in an order that depends on chance", async () => {
    const order: string[] = [];
    const random = [0, 0.99, 0];
    await inRounds([entrant("a", 1, order), entrant("b", 2, order)], {
      ...plan,
      random: () => random.shift() ?? 0,
    });
    expect(order).toEqual(["b", "a", "a", "b", "b", "a"]);
  });

  it("run everyone once, and then only while its time is not used up", async () => {
    const series = await inRounds([entrant("slow", 80, []), entrant("long", 34, [])], plan);
    expect(series.map(({ samples }) => samples.length)).toEqual([1, 2]);
    const [within] = await inRounds([entrant("quick enough", 33, [])], plan);
    expect(within?.samples).toHaveLength(3);
  });

  it("leave out from then on who fails, say why, and go on with the others", async () => {
    const order: string[] = [];
    const series = await inRounds([entrant("a", 1, order, 2), entrant("b", 1, order)], plan);
    expect(series).toMatchObject([
      { name: "a", samples: [{}], failed: "it is broken" },
      { name: "b", samples: [{}, {}, {}] },
    ]);
    expect(order.filter((name) => name === "a")).toHaveLength(2);
  });

  it("tell before each run what it is and how much is done", async () => {
    await inRounds([entrant("a", 1, [])], { ...plan, runs: 2 });
    expect(told).toEqual([
      ["a, run 1 of 2", 0],
      ["a, run 2 of 2", 0.5],
    ]);
  });
});
