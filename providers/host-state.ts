import { type CustomResourceOptions, dynamic, type Input, type Output } from "@pulumi/pulumi";
import type { Facts } from "./engine/lifecycle.ts";
import type { Desired, Identity } from "./engine/model.ts";
import type { SshConnection } from "./ssh/connection.ts";

/**
 * The engine by name, at call time. Pulumi keeps the text of these functions in the state of the stack
 * and runs that text on refresh and destroy, so they capture nothing: see docs/adr/0001-thin-provider.md.
 */
const provider: dynamic.ResourceProvider = {
  // biome-ignore format: one line each is what is stored
  diff: async (id, olds, news) => (await import("pulumi-tsproxy/engine")).diff(id, olds, news),
  create: async (news) => (await import("pulumi-tsproxy/engine")).create(news),
  read: async (id, olds) => (await import("pulumi-tsproxy/engine")).read(id, olds),
  update: async (id, olds, news) => (await import("pulumi-tsproxy/engine")).update(id, olds, news),
  delete: async (id, olds) => (await import("pulumi-tsproxy/engine")).remove(id, olds),
};

/** The same fields, each of which may be known later; a secret among them leaves the others readable. */
type Later<T> = {
  readonly [K in keyof T]: T[K] extends object | undefined ? Later<T[K]> : Input<NonNullable<T[K]>>;
};

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
export class HostState extends dynamic.Resource {
  declare readonly facts: Output<Facts>;

  constructor(name: string, args: HostStateArgs, opts?: CustomResourceOptions) {
    super(provider, name, { ...args, facts: undefined }, opts, "tsproxy", "HostState");
  }
}
