import { HostError } from "../../../providers/engine/errors.ts";
import { linesOf, NOWHERE } from "../../../providers/engine/footprint.ts";
import type { Applied, Host, Order, Question } from "../../../providers/engine/host.ts";
import type { Observed } from "../../../providers/engine/observation.ts";
import { sharing } from "../../../providers/engine/sharing.ts";
import { EMPTY, FILE, identity } from "./make.ts";

const ORDER: Order = { identity, steps: [], footprint: NOWHERE };
const question = (...files: (typeof FILE)[]): Question => ({
  footprint: { ...NOWHERE, files },
  requirements: [],
});
const lost = () => new HostError("connection-lost", { host: "gw", doing: "x", because: "cut" });

/** Answers when told to; counts what it is asked. Each answer has a number, as its architecture. */
function scripted(named: readonly string[] = []) {
  const asked: string[] = [];
  const waiting: {
    readonly what: string;
    readonly done: () => void;
    readonly fail: (error: Error) => void;
  }[] = [];
  const answer = <T>(what: string, value: () => T): Promise<T> => {
    asked.push(what);
    return new Promise((resolve, reject) =>
      waiting.push({ what, done: () => resolve(value()), fail: reject }),
    );
  };
  let looks = 0;
  const seen = (footprint: Question["footprint"]): Observed => ({
    ...EMPTY,
    architecture: String(++looks),
    answered: [...named, ...linesOf(footprint)],
  });
  const host: Host = {
    name: "gw",
    look: ({ footprint }) => answer("look", () => seen(footprint)),
    apply: ({ footprint }) =>
      answer(
        "apply",
        (): Applied => ({ observed: seen(footprint), begun: 0, moved: moved, failed: null, warnings: [] }),
      ),
    contents: async () => ({}),
  };
  let moved: string | null = null;
  const moves = (path: string) => {
    moved = path;
  };
  const settle = async (act: "done" | "fail" = "done") => {
    await Promise.resolve();
    const next = waiting.shift();
    if (act === "done") next?.done();
    else next?.fail(lost());
    for (let n = 0; n < 20; n++) await Promise.resolve();
  };
  return { host, asked, settle, moves };
}

describe("a shared host", () => {
  it("answers many with one look", async () => {
    const { host, asked, settle } = scripted([`file ${FILE}`]);
    const shared = sharing(host, () => 0);
    const answers = [shared.look(question()), shared.look(question(FILE)), shared.look(question(FILE))];
    await settle();
    expect(new Set(await Promise.all(answers)).size).toBe(1);
    expect(asked).toEqual(["look"]);
  });

  it("looks again for a question that the shared look does not answer", async () => {
    const { host, asked, settle } = scripted();
    const shared = sharing(host, () => 0);
    const first = shared.look(question());
    await settle();
    await first;
    const second = shared.look(question(FILE));
    await settle();
    expect((await second).architecture).toBe("2");
    expect(asked).toEqual(["look", "look"]);
  });

  it("looks again when requirements are to be checked", async () => {
    const { host, asked, settle } = scripted();
    const shared = sharing(host, () => 0);
    void shared.look(question());
    await settle();
    void shared.look({ footprint: NOWHERE, requirements: [{ kind: "root" }] });
    await settle();
    expect(asked).toEqual(["look", "look"]);
  });

  it.each([
    [9_999, 1],
    [10_000, 2],
  ])("after %d ms has looked %d time(s)", async (age, looks) => {
    const { host, asked, settle } = scripted();
    let now = 0;
    const shared = sharing(host, () => now);
    void shared.look(question());
    await settle();
    now = age;
    void shared.look(question());
    await settle();
    expect(asked).toHaveLength(looks);
  });

  it("shares the look that a change ended with", async () => {
    const { host, asked, settle } = scripted();
    const shared = sharing(host, () => 0);
    const applied = shared.apply(ORDER);
    await settle();
    expect(await shared.look(question())).toBe((await applied).observed);
    expect(asked).toEqual(["apply"]);
  });

  it("drops the shared look once a guard failed", async () => {
    const { host, asked, settle, moves } = scripted();
    const shared = sharing(host, () => 0);
    moves(FILE);
    void shared.apply(ORDER);
    await settle();
    void shared.look(question());
    await settle();
    expect(asked).toEqual(["apply", "look"]);
  });

  it("drops a look that was taken while a change was under way and then failed", async () => {
    const { host, asked, settle } = scripted();
    const shared = sharing(host, () => 0);
    const change = shared.apply(ORDER);
    await Promise.resolve();
    const meanwhile = shared.look(question());
    await settle("fail");
    await expect(change).rejects.toThrow("cut");
    await settle();
    await meanwhile;
    void shared.look(question());
    await settle();
    expect(asked).toEqual(["apply", "look", "look"]);
  });

  it("does not share a look that failed", async () => {
    const { host, asked, settle } = scripted();
    const shared = sharing(host, () => 0);
    const first = shared.look(question());
    await Promise.all([expect(first).rejects.toThrow("cut"), settle("fail")]);
    const second = shared.look(question());
    await settle();
    expect((await second).architecture).toBe("1");
    expect(asked).toEqual(["look", "look"]);
  });

  it("makes one change after the other, also after one that failed", async () => {
    const { host, asked, settle } = scripted();
    const shared = sharing(host, () => 0);
    const [first, second] = [shared.apply(ORDER), shared.apply(ORDER)];
    await Promise.resolve();
    expect(asked).toEqual(["apply"]);
    await Promise.all([expect(first).rejects.toThrow("cut"), settle("fail")]);
    expect(asked).toEqual(["apply", "apply"]);
    await settle();
    await expect(second).resolves.toMatchObject({ begun: 0 });
  });
});
