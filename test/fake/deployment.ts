import type { Host } from "../../providers/engine/host.ts";
import { read } from "../../providers/engine/pulumi/drift.ts";
import type { HostStateInputs } from "../../providers/engine/pulumi/inputs.ts";
import { create, diff, update } from "../../providers/engine/pulumi/lifecycle.ts";
import { remove } from "../../providers/engine/pulumi/removal.ts";
import type { Connection, HostStateOutputs } from "../../providers/engine/state/outputs.ts";
import type { Registration } from "./program.ts";
import { isPartial, plain } from "./stack.ts";

type Outputs = HostStateOutputs<Connection>;

/** A resource in the state. */
export interface Kept {
  readonly id: string;
  readonly outputs: Outputs;
  readonly dependsOn: readonly string[];
}

/**
 * A stack of several resources, as Pulumi works on it one after the other: what a program registers is created,
 * updated or, its old one deleted before, replaced; what it no longer registers is deleted last, dependents first. The
 * first error ends a run, and the state holds what was finished until then.
 */
export class Deployment {
  readonly lines: string[] = [];
  /** What the last `up` did, as `create home-gateway`. */
  did: string[] = [];
  readonly #open: (connection: Connection) => Host;
  readonly #kept: Map<string, Kept>;

  constructor(open: (connection: Connection) => Host, state: ReadonlyMap<string, Kept> = new Map()) {
    this.#open = open;
    this.#kept = new Map(state);
  }

  /** Names of the resources in the state. */
  get names(): string[] {
    return [...this.#kept.keys()];
  }

  /** Outputs by name. */
  get outputs(): Readonly<Record<string, Outputs>> {
    return Object.fromEntries([...this.#kept].map(([name, { outputs }]) => [name, outputs]));
  }

  /** By name. */
  get state(): Readonly<Record<string, Kept>> {
    return Object.fromEntries(this.#kept);
  }

  async up(program: readonly Registration[]): Promise<void> {
    this.did = [];
    for (const registration of program) await this.#register(registration);
    const wanted = program.map(({ name }) => name);
    for (const name of this.#dependentsFirst()) if (!wanted.includes(name)) await this.#delete(name);
  }

  /** Returns the names of those that were not as the state says. */
  async refresh(): Promise<string[]> {
    const drifted: string[] = [];
    for (const [name, kept] of this.#kept) {
      const answer = await read(this.#open, kept.id, kept.outputs);
      const { id, props, inputs } = { id: undefined, props: undefined, inputs: undefined, ...answer };
      if (id === undefined || props === undefined) this.#kept.delete(name);
      else this.#kept.set(name, { ...kept, id, outputs: plain(props) });
      if (id === undefined || inputs !== undefined) drifted.push(name);
    }
    return drifted;
  }

  async destroy(): Promise<void> {
    this.did = [];
    for (const name of this.#dependentsFirst()) await this.#delete(name);
  }

  /** The same stack with a state of its own from now on, and maybe another way to the host. */
  copy(open: (connection: Connection) => Host): Deployment {
    return new Deployment(open, this.#kept);
  }

  async #register({ name, inputs, dependsOn }: Registration): Promise<void> {
    const news = plain(inputs);
    const kept = this.#kept.get(name);
    if (kept === undefined) return this.#create(name, news, dependsOn);
    const { changes, replaces = [] } = diff(kept.outputs, news);
    if (!changes) return;
    if (replaces.length > 0) {
      await this.#delete(name);
      return this.#create(name, news, dependsOn);
    }
    this.did.push(`update ${name}`);
    await this.#recording(name, dependsOn, async () => {
      const { outs } = await update(this.#open, kept.id, kept.outputs, news, this.#say);
      return { id: kept.id, outputs: outs };
    });
  }

  async #create(
    name: string,
    news: HostStateInputs<Connection>,
    dependsOn: readonly string[],
  ): Promise<void> {
    this.did.push(`create ${name}`);
    await this.#recording(name, dependsOn, async () => {
      const { id, outs } = await create(this.#open, news, this.#say);
      return { id, outputs: outs };
    });
  }

  async #delete(name: string): Promise<void> {
    const kept = this.#kept.get(name);
    if (kept === undefined) return;
    this.did.push(`delete ${name}`);
    await remove(this.#open, kept.outputs, this.#say);
    this.#kept.delete(name);
  }

  async #recording(
    name: string,
    dependsOn: readonly string[],
    work: () => Promise<Omit<Kept, "dependsOn">>,
  ): Promise<void> {
    try {
      const { id, outputs } = await work();
      this.#kept.set(name, { id, outputs: plain(outputs), dependsOn });
    } catch (error) {
      if (isPartial(error))
        this.#kept.set(name, { id: error.id, outputs: plain(error.properties), dependsOn });
      throw error;
    }
  }

  #dependentsFirst(): string[] {
    const depth = (name: string): number =>
      Math.max(0, ...(this.#kept.get(name)?.dependsOn ?? []).map((needed) => depth(needed) + 1));
    return this.names.reverse().sort((a, b) => depth(b) - depth(a));
  }

  readonly #say = (line: string): void => void this.lines.push(line);
}
