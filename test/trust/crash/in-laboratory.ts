import type { Snapshot } from "../../lab/index.ts";
import { LAB, WORK } from "../../lab/proofs.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { CUTS, LaboratorySite } from "../site.ts";

/** Does something to the host after a cut: how faults are planted. */
type Spoil = (site: LaboratorySite) => Promise<unknown>;

/** Create, update and destroy of a gateway with two tailnets, each cut at some burst; a case is all three. */
export function cutCommands(spoil?: Spoil): Trial {
  return {
    name: "pulumi up and destroy that are cut anywhere are finished by the same command",
    on: "laboratory",
    cases: { fast: 0, whole: spoil === undefined ? 20 : 1 },
    open: () => CutCommands.open(spoil),
  };
}

interface Expected {
  readonly snapshot: Snapshot;
  /** Of the command that leads there. */
  readonly bursts: number;
}

class CutCommands implements Subject {
  readonly #site: LaboratorySite;
  readonly #spoil: Spoil | undefined;
  readonly #beginning: Snapshot;
  #expected:
    | { readonly created: Expected; readonly updated: Expected; readonly destroyed: Expected }
    | undefined;
  #cuts = 0;
  #isUsed = false;

  private constructor(site: LaboratorySite, beginning: Snapshot, spoil: Spoil | undefined) {
    this.#site = site;
    this.#beginning = beginning;
    this.#spoil = spoil;
  }

  static async open(spoil: Spoil | undefined): Promise<CutCommands> {
    const site = await LaboratorySite.open("crash");
    try {
      return new CutCommands(site, await site.snapshot(), spoil);
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  async try(chance: Case): Promise<void> {
    const { created, updated, destroyed } = await this.#undisturbed();
    // what the case before left when it failed is nothing to this one
    if (this.#isUsed) await this.#site.again("destroy", "the CLI is killed");
    this.#isUsed = true;
    await this.#create();
    await this.#cut("up", created, chance, 0);
    await this.#site.expectNoDrift();
    await this.#change();
    await this.#cut("up", updated, chance, 1);
    await this.#site.expectNoDrift();
    await this.#cut("destroy", destroyed, chance, 2);
    this.#isUsed = false;
  }

  close(): Promise<void> {
    return this.#site.close();
  }

  figures(): Record<string, number> {
    return { "cuts in a laboratory": this.#cuts };
  }

  /** What the same commands lead to without a cut, and how long they talk. */
  async #undisturbed() {
    if (this.#expected !== undefined) return this.#expected;
    await this.#create();
    const { stack } = this.#site;
    const created = await this.#expect(() => stack.expect(["up", "--yes", "--skip-preview"]));
    await this.#change();
    const updated = await this.#expect(() => stack.expect(["up", "--yes", "--skip-preview"]));
    const destroyed = await this.#expect(() => stack.expect(["destroy", "--yes", "--skip-preview"]));
    await this.#site.expectGone(this.#beginning);
    this.#expected = { created, updated, destroyed: { ...destroyed, snapshot: this.#beginning } };
    return this.#expected;
  }

  async #expect(work: () => Promise<unknown>): Promise<Expected> {
    const bursts = await this.#site.burstsOf(work);
    return { bursts, snapshot: await this.#site.snapshot() };
  }

  async #cut(
    command: "up" | "destroy",
    { bursts, snapshot }: Expected,
    chance: Case,
    nth: number,
  ): Promise<void> {
    const cut = CUTS[(chance.number * 3 + nth) % CUTS.length] ?? CUTS[0];
    const burst = 1 + chance.below(bursts - 1);
    try {
      if (await this.#site.cutShort(command, cut, burst)) this.#cuts++;
      await this.#spoil?.(this.#site);
      await this.#site.again(command, cut);
      await (command === "up" ? this.#site.expectLike(snapshot) : this.#site.expectGone(snapshot));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`${command} number ${nth + 1}, burst ${burst} of ${bursts}: ${cut}: ${why}`);
    }
  }

  async #create(): Promise<void> {
    await this.#site.configure(await this.#site.configOf([WORK, LAB]));
  }

  /** Another port, another suffix, another network, and one SOCKS server that starts anew. */
  async #change(): Promise<void> {
    await this.#site.configure(
      await this.#site.configOf(
        [
          { ...WORK, port: 11090 },
          { ...LAB, suffix: "plant" },
        ],
        {
          tailnet: { reach: ["192.168.7.0/24"] },
        },
      ),
    );
  }
}
