import { HostError } from "../../../../providers/engine/errors.ts";
import type { Applied, Order, Question, Remote } from "../../../../providers/engine/host.ts";
import type { Requirement } from "../../../../providers/engine/kinds/requirement.ts";
import type { Observed } from "../../../../providers/engine/state/observed.ts";
import { linesOf, OWNS_NOTHING } from "../../../../providers/engine/state/owned.ts";
import { sharedHost } from "../../../../providers/engine/wire/shared-host.ts";
import { EMPTY, FILE, identity } from "../make.ts";

const OTHER = "/etc/tsproxy/other";
const order = (key = "gateway"): Order => ({
  identity: { ...identity, key },
  steps: [],
  owned: OWNS_NOTHING,
});
const question = (...files: (typeof FILE)[]): Question => ({
  owned: { ...OWNS_NOTHING, files },
  requirements: [],
});
const needing = (...requirements: Requirement[]): Question => ({
  owned: OWNS_NOTHING,
  requirements,
  beforeChange: true,
});
const lost = () => new HostError("connection-lost", { host: "gw", doing: "x", because: "cut" });

/** Takes 100 ms for each program and keeps what it was asked. Each look has a number, as its architecture. */
class Scripted implements Remote {
  readonly name = "gw";
  readonly asked: string[] = [];
  /** What the manifests name besides. */
  named: readonly string[] = [];
  moved: string | null = null;
  failing = false;
  #running = 0;
  #looks = 0;

  async look(questions: readonly Question[]): Promise<Observed[]> {
    await this.#program(`look ${questions.length}`);
    const observed = this.#seen(questions);
    return questions.map(({ requirements }) => ({
      ...observed,
      findings: requirements.map((_, requirement) => ({ requirement, evidence: "lacks" })),
    }));
  }

  async apply(orders: readonly Order[]): Promise<Applied[]> {
    await this.#program(`apply ${orders.map(({ identity }) => identity.key).join(" ")}`);
    const observed = this.#seen(orders);
    return orders.map(() => ({ observed, begun: 0, moved: this.moved, failed: null, warnings: [] }));
  }

  async contents(paths: readonly (typeof FILE)[]) {
    await this.#program(`contents ${paths.length}`);
    return Object.fromEntries(paths.map((path) => [path, `text of ${path}`]));
  }

  #seen(asked: readonly { readonly owned: Question["owned"] }[]): Observed {
    const lines = asked.flatMap(({ owned }) => linesOf(owned));
    return { ...EMPTY, architecture: String(++this.#looks), answered: [...this.named, ...lines] };
  }

  async #program(what: string): Promise<void> {
    this.asked.push(what);
    if (this.#running++ > 0) throw new Error("two programs at once");
    await new Promise((resolve) => setTimeout(resolve, 100));
    this.#running--;
    if (this.failing) throw lost();
  }
}

describe("a shared host", () => {
  let remote: Scripted;
  let now: number;
  const shared = () => sharedHost(remote, () => now);
  const pass = (ms = 500) => jest.advanceTimersByTimeAsync(ms);
  const all = async <T>(answers: readonly Promise<T>[]): Promise<T[]> => {
    const settled = Promise.all(answers);
    await pass();
    return settled;
  };

  beforeEach(() => {
    jest.useFakeTimers();
    remote = new Scripted();
    now = 0;
  });
  afterEach(() => jest.useRealTimers());

  it("answers those who come together with one look", async () => {
    const host = shared();
    await all([host.look(question()), host.look(question(FILE)), host.look(question(OTHER))]);
    expect(remote.asked).toEqual(["look 3"]);
  });

  it("waits 150 ms for others who will change the host", async () => {
    const host = shared();
    const first = host.look(needing({ kind: "root" }));
    await pass(149);
    const second = host.look(needing({ kind: "tun" }));
    await pass(149);
    await all([first, second, host.look(question())]);
    expect(remote.asked).toEqual(["look 3"]);
  });

  it("makes nobody wait longer than a second for others", async () => {
    const host = shared();
    const askers = [host.look(needing({ kind: "root" }))];
    for (let n = 0; n < 11; n++) {
      await pass(100);
      askers.push(host.look(question()));
    }
    expect(remote.asked).toEqual(["look 10"]);
    await all(askers);
  });

  it("answers from the look that it has what that look covers", async () => {
    remote.named = [`file ${FILE}`];
    const host = shared();
    await all([host.look(question())]);
    const [known] = await all([host.look(question(FILE))]);
    expect(known?.architecture).toBe("1");
    expect(remote.asked).toEqual(["look 1"]);
  });

  it("looks again for a question that the shared look does not answer, and for that one only", async () => {
    const host = shared();
    await all([host.look(question())]);
    const answers = await all([host.look(question()), host.look(question(FILE))]);
    expect(remote.asked).toEqual(["look 1", "look 1"]);
    expect(answers.map(({ architecture }) => architecture)).toEqual(["1", "2"]);
  });

  it("looks again when requirements are to be checked, and tells each asker of its own", async () => {
    const host = shared();
    await all([host.look(question())]);
    const [root, both] = await all([
      host.look(needing({ kind: "root" })),
      host.look(needing({ kind: "tun" }, { kind: "nft" })),
    ]);
    expect(remote.asked).toEqual(["look 1", "look 2"]);
    expect([root?.findings.length, both?.findings.length]).toEqual([1, 2]);
    const [later] = await all([host.look(question())]);
    expect(later?.findings).toEqual([]);
  });

  it.each([
    [9_999, 1],
    [10_000, 2],
  ])("after %d ms has looked %d time(s)", async (age, looks) => {
    const host = shared();
    await all([host.look(question())]);
    now = age;
    await all([host.look(question())]);
    expect(remote.asked).toHaveLength(looks);
  });

  it("sends changes that come together in one program, and shares the look it ended with", async () => {
    const host = shared();
    const [one, other] = await all([host.apply(order("one")), host.apply(order("other"))]);
    expect(one?.observed).toBe(other?.observed);
    const [seen] = await all([host.look(question())]);
    expect(seen).toBe(one?.observed);
    expect(remote.asked).toEqual(["apply one other"]);
  });

  it("collects what comes while a program is under way, and never sends two at once", async () => {
    const host = shared();
    const first = host.apply(order("first"));
    await pass(50);
    const rest = [host.apply(order("a")), host.look(needing({ kind: "root" }))];
    await pass(40);
    await all<unknown>([first, ...rest, host.apply(order("b"))]);
    expect(remote.asked).toEqual(["apply first", "apply a b", "look 1"]);
  });

  it("drops the shared look once a guard failed", async () => {
    const host = shared();
    remote.moved = FILE;
    await all([host.apply(order())]);
    await all([host.look(question())]);
    expect(remote.asked).toEqual(["apply gateway", "look 1"]);
  });

  it("drops the shared look, and keeps no other, when a change fails", async () => {
    const host = shared();
    await all([host.look(question())]);
    remote.failing = true;
    await Promise.all([expect(host.apply(order())).rejects.toThrow("cut"), pass()]);
    remote.failing = false;
    await all([host.look(question())]);
    expect(remote.asked).toEqual(["look 1", "apply gateway", "look 1"]);
  });

  it("gives each asker an error of its own, and the next one another try", async () => {
    const host = shared();
    remote.failing = true;
    const failures = [host.look(question()), host.look(question())].map((answer) =>
      answer.catch((error: unknown) => error),
    );
    const [one, other] = await all(failures);
    expect(one).toBeInstanceOf(HostError);
    expect(one).toEqual(other);
    expect(one).not.toBe(other);
    remote.failing = false;
    await all([host.look(question())]);
    expect(remote.asked).toEqual(["look 2", "look 1"]);
  });

  it("reads files for all in one program, and gives each asker its own", async () => {
    const host = shared();
    const answers = await all([host.contents([FILE, OTHER]), host.contents([OTHER])]);
    expect(answers).toEqual([
      { [FILE]: `text of ${FILE}`, [OTHER]: `text of ${OTHER}` },
      { [OTHER]: `text of ${OTHER}` },
    ]);
    expect(remote.asked).toEqual(["contents 2"]);
  });
});
