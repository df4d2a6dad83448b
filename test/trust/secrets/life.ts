import { HostError } from "../../../providers/engine/errors.ts";
import type { Host, Order } from "../../../providers/engine/host.ts";
import { applyProgram, quote } from "../../../providers/engine/wire/script.ts";
import { Canary } from "../../fake/canary.ts";
import { homeHost, oneTailnet } from "../../fake/home.ts";
import { failing, losing } from "../../fake/interference.ts";
import { Stack, type Wish } from "../../fake/stack.ts";
import { wired } from "../../fake/wire.ts";
import type { FakeHost } from "../../fake-host.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { nasty } from "../hostile/nasty.ts";

export const AUTH_KEY_FILE = "/etc/tsproxy/work/authkey";

interface Broken {
  /** What stands between the engine and its host. */
  readonly between?: (host: Host) => Host;
  /** What the component wants. */
  readonly wanted?: (wish: Wish) => Wish;
  /** What Pulumi keeps in the clear. */
  readonly kept?: (visible: unknown, all: unknown) => unknown;
}

/** A tailnet is made, refreshed, given another key and destroyed, and things go wrong on the way. */
export function lifeTrial({
  between = (host) => host,
  wanted = (wish) => wish,
  kept = (visible) => visible,
}: Broken = {}): Trial {
  return {
    name: "in the whole life of a resource, whatever fails in it, a secret is in its file, in the step that writes it, and in what Pulumi encrypts",
    on: "memory",
    cases: { fast: 50, whole: 800 },
    async open() {
      let acts = 0;
      const subject: Subject = {
        async try(one) {
          const life = new Life(one, between, wanted, kept);
          await life.begin();
          for (let times = 3 + one.below(5); times > 0; times--, acts++) await life.act();
          await life.end();
        },
        close: async () => undefined,
        figures: () => ({ "runs searched for secrets": acts }),
      };
      return subject;
    },
  };
}

class Life {
  readonly #one: Case;
  readonly #fake: FakeHost;
  readonly #stack: Stack;
  readonly #broken: Required<Broken>;
  readonly #canaries: Canary[] = [];
  #key = "";

  constructor(
    one: Case,
    between: Required<Broken>["between"],
    wanted: Required<Broken>["wanted"],
    kept: Required<Broken>["kept"],
  ) {
    this.#one = one;
    this.#broken = { between, wanted, kept };
    this.#fake = homeHost();
    this.#stack = new Stack(this.#fake, { key: "tailnet-work" });
    this.#newKey();
  }

  async begin(): Promise<void> {
    const [gateway] = oneTailnet();
    if (gateway !== undefined) await new Stack(this.#fake, { key: gateway.key }).up(gateway.wish);
  }

  async act(): Promise<void> {
    const { disk } = this.#fake;
    this.#stack.host = this.#watched(this.#broken.between(this.#inTrouble()));
    const isThere = disk.get(AUTH_KEY_FILE) !== undefined;
    const act = this.#one.pick([
      () => this.#stack.up(this.#wish()),
      () => this.#stack.up(this.#wish()),
      () => {
        this.#newKey();
        return this.#stack.up(this.#wish());
      },
      () => this.#refresh(),
      () => {
        if (isThere) disk.write(AUTH_KEY_FILE, nasty(this.#one), "0600");
        return this.#refresh();
      },
      () => {
        if (isThere) disk.write("/etc/tsproxy/work/node.json", nasty(this.#one), "0644");
        return this.#refresh();
      },
      () => {
        disk.remove(AUTH_KEY_FILE);
        return this.#refresh();
      },
      () => this.#stack.destroy(),
    ]);
    await this.#listenTo(act);
    this.#search();
  }

  async end(): Promise<void> {
    this.#stack.host = this.#fake;
    await this.#listenTo(() => this.#stack.destroy());
    this.#search();
    if (this.#fake.disk.get(AUTH_KEY_FILE) !== undefined)
      throw new Error("the key's file outlives its resource");
  }

  /** What the control server lets in, or not. */
  #newKey(): void {
    const canary = new Canary(`auth key ${this.#canaries.length + 1}`);
    this.#canaries.push(canary);
    this.#key = `tskey-auth-${canary.core}${this.#one.pick(["", "", "'\"$(id)\n", "%"])}`;
    this.#fake.tailnet.keys.clear();
    this.#fake.tailnet.keys.add(this.#one.below(4) > 0 ? this.#key : "another one");
  }

  #wish(): Wish {
    const tailnet = oneTailnet(this.#key)[1];
    if (tailnet === undefined) throw new Error("no tailnet is wanted");
    return this.#broken.wanted(tailnet.wish);
  }

  #inTrouble(): Host {
    const [fake, one] = [this.#fake, this.#one];
    const cut = wired(fake, (answer) => (one.below(2) > 0 ? answer : withoutEnd(answer, one)));
    return one.pick([fake, fake, fake, cut, losing(fake, one.below(12)), failing(fake, one.below(12))]);
  }

  /** Also looks into the programs that go to the host. */
  #watched(host: Host): Host {
    const apply = (order: Order) => {
      const program = applyProgram("0", [order]);
      const value = quote(this.#key);
      const writes = order.steps.filter((step) => step.do === "write" && step.path === AUTH_KEY_FILE);
      this.#mustBeClean("a program beside the step that writes it", program.replace(value, ""));
      if (writes.length === 0) this.#mustBeClean("a program that does not write it", program);
      return host.apply(order);
    };
    return {
      name: host.name,
      look: (question) => host.look(question),
      apply,
      contents: (paths) => host.contents(paths),
    };
  }

  async #refresh(): Promise<void> {
    const inputs = await this.#stack.refresh();
    if (inputs !== null) this.#mustBeClean("a refreshed input", JSON.stringify({ ...inputs, secrets: null }));
  }

  async #listenTo(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
        this.#mustBeClean("an error", `${cause.message}\n${cause.stack}`);
      this.#mustBeClean("an error", JSON.stringify(error.facts));
    }
  }

  #search(): void {
    for (const line of this.#stack.lines.splice(0)) this.#mustBeClean("a line of advice", line);
    const { outputs } = this.#stack;
    if (outputs !== null) {
      const visible = this.#broken.kept({ ...outputs, secrets: null }, outputs);
      this.#mustBeClean("the state in the clear", JSON.stringify(visible));
    }
    const { disk } = this.#fake;
    for (const path of disk.paths()) {
      const entry = disk.get(path);
      if (entry === undefined) continue;
      const isOwner = path === AUTH_KEY_FILE && entry.mode === "0600" && entry.owner === "0:0";
      if (!isOwner) this.#mustBeClean(`${path} with mode ${entry.mode}`, `${path}\n${entry.text}`);
    }
  }

  #mustBeClean(what: string, text: string): void {
    for (const canary of this.#canaries) {
      const trace = canary.tracesIn(text);
      if (trace !== null) throw new Error(`${what} shows ${trace}`);
    }
  }
}

/** The end of an answer is lost, but for its last line. */
function withoutEnd(answer: string, one: Case): string {
  const lines = answer.split("\n");
  const kept = lines.length - 3 - one.below(6);
  return [...lines.slice(0, Math.max(0, kept)), ...lines.slice(-2)].join("\n");
}
