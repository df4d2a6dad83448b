import type { Host } from "../../providers/engine/host.ts";
import { read } from "../../providers/engine/pulumi/drift.ts";
import type { HostStateInputs } from "../../providers/engine/pulumi/inputs.ts";
import { create, type Difference, diff, update } from "../../providers/engine/pulumi/lifecycle.ts";
import { remove } from "../../providers/engine/pulumi/removal.ts";
import { PulumiRun } from "../../providers/engine/pulumi/run.ts";
import { same } from "../../providers/engine/records.ts";
import type { Connection, HostStateOutputs } from "../../providers/engine/state/outputs.ts";
import type { Registration } from "./program.ts";

type Outputs = HostStateOutputs<Connection>;

/** A resource in the state. */
export interface Kept {
  readonly id: string;
  readonly outputs: Outputs;
  /** As the program has given them last. Records of older releases have none. */
  readonly inputs?: HostStateInputs<Connection>;
  readonly dependsOn: readonly string[];
}

/**
 * What Pulumi does with a provider and its state, as far as it matters: state is JSON, an error with an `id` is recorded,
 * any other is not. Resources are worked on one after the other: what a program registers is created, updated or, its
 * old one deleted before, replaced; what it no longer registers is deleted last, dependents first. The first error ends
 * a run, and the state holds what was finished until then.
 */
export class Deployment {
  readonly lines: string[] = [];
  /** What the last `up` did, as `create home-gateway`. */
  did: string[] = [];
  /** What the last refresh would show of each resource that was not as the state says. */
  shown: Record<string, HostStateInputs<Connection>> = {};
  readonly #open: (connection: Connection) => Host;
  readonly #kept: Map<string, Kept>;
  readonly #newRun: () => PulumiRun;
  #run = new PulumiRun();

  /** @param run that a command belongs to. @default each is a run of its own */
  constructor(
    open: (connection: Connection) => Host,
    state: ReadonlyMap<string, Kept> = new Map(),
    run: () => PulumiRun = () => new PulumiRun(),
  ) {
    this.#open = open;
    this.#kept = new Map(state);
    this.#newRun = run;
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
    this.#run = this.#newRun();
    await this.#up(program);
  }

  /** As `up --refresh`: one run, which begins with a refresh. */
  async repair(program: readonly Registration[]): Promise<void> {
    await this.refresh();
    await this.#up(program);
  }

  /** As `up --target`: nothing else is come across, and nothing is deleted. */
  async target(registrations: readonly Registration[]): Promise<void> {
    this.#run = this.#newRun();
    for (const registration of registrations) await this.#register(registration);
  }

  /** Takes resources out of the state, as if the run that made them had been killed. */
  lose(name: RegExp): void {
    for (const known of this.names) if (name.test(known)) this.#kept.delete(known);
  }

  async #up(program: readonly Registration[]): Promise<void> {
    this.did = [];
    for (const registration of program) await this.#register(registration);
    const wanted = program.map(({ name }) => name);
    for (const name of this.#dependentsFirst()) if (!wanted.includes(name)) await this.#delete(name);
  }

  /** Returns the names of those that were not as the state says. */
  async refresh(): Promise<string[]> {
    this.#run = this.#newRun();
    this.shown = {};
    const drifted: string[] = [];
    for (const [name, kept] of [...this.#kept]) if (await this.#read(name, kept)) drifted.push(name);
    return drifted;
  }

  /** Pulumi compares what was read with the inputs that it has, which an older build may have written. */
  async #read(name: string, kept: Kept): Promise<boolean> {
    const answer = await read(this.#open, kept.id, kept.outputs, this.#run);
    const { id, props, inputs } = { id: undefined, props: undefined, inputs: undefined, ...answer };
    if (id === undefined || props === undefined) return this.#kept.delete(name);
    const outputs = plain(props);
    this.#kept.set(name, { ...kept, id, outputs, ...(inputs && { inputs }) });
    const difference = this.#compareRefreshed(kept, outputs);
    if (inputs !== undefined) this.shown[name] = inputs;
    return inputs !== undefined || difference?.changes === true;
  }

  /** Pulumi asks for the difference of all that it has read, also of what the program no longer has. */
  #compareRefreshed({ inputs }: Kept, outputs: Outputs): Difference | undefined {
    if (inputs !== undefined) return diff(outputs, inputs, this.#run);
    this.#run.isBeingRefreshed(outputs.nonce);
    return undefined;
  }

  async destroy(): Promise<void> {
    this.#run = this.#newRun();
    this.did = [];
    for (const name of this.#dependentsFirst()) await this.#delete(name);
  }

  /** The same stack with a state of its own from now on, and maybe another way to the host. */
  copy(open: (connection: Connection) => Host): Deployment {
    return new Deployment(open, this.#kept, this.#newRun);
  }

  async #register({ name, inputs, dependsOn }: Registration): Promise<void> {
    const news = plain(inputs);
    const kept = this.#kept.get(name);
    if (kept === undefined) return this.#create(name, news, dependsOn);
    const difference = diff(kept.outputs, news, this.#run);
    const { replaces = [] } = difference;
    if (!isChanged(difference, kept, news)) {
      this.#kept.set(name, { ...kept, inputs: news });
      return;
    }
    if (replaces.length > 0) {
      await this.#delete(name);
      return this.#create(name, news, dependsOn);
    }
    this.did.push(`update ${name}`);
    await this.#recording(name, news, dependsOn, async () => {
      const { outs } = await update(this.#open, kept.id, kept.outputs, news, this.#say, this.#run);
      return { id: kept.id, outputs: outs };
    });
  }

  async #create(
    name: string,
    news: HostStateInputs<Connection>,
    dependsOn: readonly string[],
  ): Promise<void> {
    this.did.push(`create ${name}`);
    await this.#recording(name, news, dependsOn, async () => {
      const { id, outs } = await create(this.#open, news, this.#say, this.#run);
      return { id, outputs: outs };
    });
  }

  async #delete(name: string): Promise<void> {
    const kept = this.#kept.get(name);
    if (kept === undefined) return;
    this.did.push(`delete ${name}`);
    await remove(this.#open, kept.outputs, this.#say, this.#run);
    this.#kept.delete(name);
  }

  async #recording(
    name: string,
    inputs: HostStateInputs<Connection>,
    dependsOn: readonly string[],
    work: () => Promise<Pick<Kept, "id" | "outputs">>,
  ): Promise<void> {
    try {
      const { id, outputs } = await work();
      this.#kept.set(name, { id, outputs: plain(outputs), inputs, dependsOn });
    } catch (error) {
      if (isPartial(error))
        this.#kept.set(name, { id: error.id, outputs: plain(error.properties), inputs, dependsOn });
      throw error;
    }
  }

  #dependentsFirst(): string[] {
    const depth = (name: string): number =>
      Math.max(0, ...(this.#kept.get(name)?.dependsOn ?? []).map((needed) => depth(needed) + 1));
    return this.names.reverse().sort((a, b) => depth(b) - depth(a));
  }

  readonly #say = (...lines: readonly string[]): void => void this.lines.push(...lines);
}

/** What the provider does not say, Pulumi finds out by the inputs that it has kept; without any it takes them as changed. */
function isChanged({ changes }: Difference, { inputs }: Kept, news: HostStateInputs<Connection>): boolean {
  return changes ?? (inputs === undefined || !same(inputs, news));
}

interface PartialFailure {
  readonly id: string;
  readonly properties: HostStateOutputs<Connection>;
  readonly reasons: readonly string[];
}

export function isPartial(error: unknown): error is PartialFailure {
  return error instanceof Error && "id" in error && "properties" in error && "reasons" in error;
}

/** Through JSON, as between Pulumi and a provider; refuses `undefined`, which would hang it. */
export function plain<T>(value: T): T {
  refuseUndefined(value, "");
  return structuredClone(value);
}

function refuseUndefined(value: unknown, at: string): void {
  if (value === undefined) throw new Error(`${at} is undefined: Pulumi would never get an answer`);
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) refuseUndefined(inner, `${at}.${key}`);
}
