import {
  CustomResource,
  type CustomResourceOptions,
  createUrn,
  type Input,
  type Output,
  output,
  type Resource,
} from "@pulumi/pulumi";
import type { Desired, Identity } from "./engine/kinds/desired.ts";
import type { Facts } from "./engine/state/outputs.ts";
import { storedDesired } from "./engine/state/stored-desired.ts";
import type { SshConnection } from "./ssh/connection.ts";
import { shortUrn, TYPE } from "./urn.ts";

/**
 * The engine by name, at call time. Pulumi keeps this text in the state of the stack, in the inputs and the
 * outputs of each resource, and runs it on refresh and destroy: see docs/adr/0001-thin-provider.md. It is
 * written here as it is stored, six times for each tailnet, and therefore short; what Pulumi makes of functions is
 * forty times as long and takes its compiler. A promise will do: Pulumi waits for the provider it gets.
 */
const PROVIDER = "exports.handler=()=>import('pulumi-tsproxy/engine')";

/** The same fields, each of which may be known later; a secret among them leaves the others readable. */
type Later<T> = {
  readonly [K in keyof T]: T[K] extends object | undefined ? Later<T[K]> : Input<NonNullable<T[K]>>;
};

/** With mocks in place of the engine, and of a new resource that `--target` leaves out, no facts come. */
const NO_FACTS: Facts = { architecture: "unknown", probes: {} };

export interface HostStateArgs {
  readonly connection: Later<SshConnection>;
  readonly identity: Identity;
  readonly desired: Desired;
  /** Values of the files whose content is `{ secret: key }`. */
  readonly secrets: Readonly<Record<string, Input<string>>>;
  /** Take over files that are there already; destroy gives them back. */
  readonly adopt: boolean;
}

/** What one component wants of one host, converged and removed together. Components use it. */
export class HostState extends CustomResource {
  /** By this transforms and policies know it. */
  static readonly type = TYPE;

  declare readonly facts: Output<Facts>;

  constructor(name: string, args: HostStateArgs, opts?: CustomResourceOptions) {
    super(
      TYPE,
      name,
      {
        ...args,
        desired: storedDesired(args.desired),
        facts: undefined,
        __provider: PROVIDER,
        __urn: urnOf(name, opts?.parent),
      },
      opts,
    );
    this.facts = this.facts.apply((facts: Facts | undefined) => facts ?? NO_FACTS);
  }
}

/** By way of a promise, because an output would make the resource depend on its parent, which is made of it. */
function urnOf(name: string, parent?: Resource): Output<string> {
  const urn = createUrn(name, TYPE, parent);
  return output(new Promise<string>((resolve) => void urn.apply((text) => resolve(shortUrn(text)))));
}
