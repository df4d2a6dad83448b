import type { Host } from "../../providers/engine/host.ts";
import { type Desired, type Identity, NOTHING } from "../../providers/engine/kinds/desired.ts";
import type { HostStateInputs } from "../../providers/engine/pulumi/inputs.ts";
import { PulumiRun } from "../../providers/engine/pulumi/run.ts";
import type { Connection, HostStateOutputs } from "../../providers/engine/state/outputs.ts";
import { Deployment, plain } from "./deployment.ts";

export interface Wish {
  readonly desired: Desired;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly adopt?: boolean;
}

export const nothing: Wish = { desired: NOTHING };

/** Name of the only resource. */
const ONLY = "only";

/** A {@link Deployment} of one resource. */
export class Stack {
  readonly identity: Identity;
  readonly connection: Connection;
  /** The host that operations are given; may be replaced by one in trouble. */
  host: Host;
  /** The run of Pulumi that all operations belong to; `null`: each is a run of its own. */
  run: PulumiRun | null = null;
  readonly lines: string[] = [];
  #deployment: Deployment;

  constructor(host: Host, identity: Partial<Identity> = {}) {
    this.host = host;
    this.identity = { project: "contract", stack: "test", key: "tailnet-work", sweeps: false, ...identity };
    this.connection = { host: host.name, hostKey: "ssh-ed25519 AAAA" };
    this.#deployment = this.#empty();
  }

  get outputs(): HostStateOutputs<Connection> | null {
    return this.#deployment.outputs[ONLY] ?? null;
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
    await this.#telling(() => this.#deployment.up([{ name: ONLY, inputs, dependsOn: [] }]));
  }

  /** Returns what Pulumi would show of the resource, `null` when the host was as the state says. */
  async refresh(): Promise<HostStateInputs<Connection> | null> {
    await this.#deployment.refresh();
    return this.#deployment.shown[ONLY] ?? null;
  }

  async repair(wish: Wish): Promise<void> {
    await this.refresh();
    await this.up(wish);
  }

  async destroy(): Promise<void> {
    await this.#telling(() => this.#deployment.destroy());
  }

  /** The state file is lost. */
  forget(): void {
    this.#deployment = this.#empty();
  }

  #empty(): Deployment {
    return new Deployment(
      () => this.host,
      new Map(),
      () => this.run ?? new PulumiRun(),
    );
  }

  async #telling(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } finally {
      for (const line of this.#deployment.lines.splice(0)) this.lines.push(line);
    }
  }
}
