import type { Host } from "../../providers/engine/host.ts";
import { type Desired, type Identity, NOTHING } from "../../providers/engine/kinds/desired.ts";
import { read } from "../../providers/engine/pulumi/drift.ts";
import type { HostStateInputs } from "../../providers/engine/pulumi/inputs.ts";
import { create, diff, update } from "../../providers/engine/pulumi/lifecycle.ts";
import { remove } from "../../providers/engine/pulumi/removal.ts";
import { PulumiRun } from "../../providers/engine/pulumi/run.ts";
import type { Connection, HostStateOutputs } from "../../providers/engine/state/outputs.ts";

interface Kept {
  readonly id: string;
  readonly outputs: HostStateOutputs<Connection>;
}

export interface Wish {
  readonly desired: Desired;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly adopt?: boolean;
}

/**
 * What Pulumi does with a provider and its state, as far as it matters: state is JSON, an error with an
 * `id` is recorded, any other is not. One for each resource.
 */
export class Stack {
  readonly lines: string[] = [];
  readonly identity: Identity;
  readonly connection: Connection;
  /** The host that operations are given; may be replaced by one in trouble. */
  host: Host;
  /** The run of Pulumi that all operations belong to; `null`: each is a run of its own. */
  run: PulumiRun | null = null;
  #kept: Kept | null = null;

  constructor(host: Host, identity: Partial<Identity> = {}) {
    this.host = host;
    this.identity = { project: "contract", stack: "test", key: "tailnet-work", sweeps: false, ...identity };
    this.connection = { host: host.name, hostKey: "ssh-ed25519 AAAA" };
  }

  get outputs(): HostStateOutputs<Connection> | null {
    return this.#kept?.outputs ?? null;
  }

  async up({ desired, secrets = {}, adopt = false }: Wish): Promise<void> {
    const { identity, connection } = this;
    const inputs = plain({
      connection,
      identity,
      desired,
      secrets,
      adopt,
      __provider: "exports.handler = …",
    });
    const kept = this.#kept;
    if (kept !== null && !diff(kept.outputs, inputs, this.run ?? new PulumiRun()).changes) return;
    await this.#recording(async () => {
      if (kept === null) {
        const { id, outs } = await create(this.#open, inputs, this.#say, this.run ?? new PulumiRun());
        return { id, outputs: outs };
      }
      const { outs } = await update(
        this.#open,
        kept.id,
        kept.outputs,
        inputs,
        this.#say,
        this.run ?? new PulumiRun(),
      );
      return { id: kept.id, outputs: outs };
    });
  }

  /** True when the host was as the state says. Returns what Pulumi would show of it otherwise. */
  async refresh(): Promise<HostStateInputs<Connection> | null> {
    if (this.#kept === null) return null;
    const answer = await read(this.#open, this.#kept.id, this.#kept.outputs);
    const { id, props, inputs } = { id: undefined, props: undefined, inputs: undefined, ...answer };
    this.#kept = id === undefined || props === undefined ? null : { id, outputs: plain(props) };
    return inputs ?? null;
  }

  async repair(wish: Wish): Promise<void> {
    await this.refresh();
    await this.up(wish);
  }

  async destroy(): Promise<void> {
    if (this.#kept === null) return;
    await remove(this.#open, this.#kept.outputs, this.#say, this.run ?? new PulumiRun());
    this.#kept = null;
  }

  /** The state file is lost. */
  forget(): void {
    this.#kept = null;
  }

  readonly #open = (): Host => this.host;
  readonly #say = (line: string): void => void this.lines.push(line);

  async #recording(work: () => Promise<Kept>): Promise<void> {
    try {
      const { id, outputs } = await work();
      this.#kept = { id, outputs: plain(outputs) };
    } catch (error) {
      if (isPartial(error)) this.#kept = { id: error.id, outputs: plain(error.properties) };
      throw error;
    }
  }
}

export const nothing: Wish = { desired: NOTHING };

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
