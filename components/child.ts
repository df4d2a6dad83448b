import {
  getProject,
  getStack,
  type Input,
  type Output,
  type Resource as Registered,
  secret,
} from "@pulumi/pulumi";
import type { HostState, HostStateArgs } from "../providers/host-state.ts";
import type { Checked } from "./arguments/values/check.ts";
import { ArgumentsError, type Problem } from "./arguments/values/problem.ts";
import type { Claims } from "./claims.ts";
import { claimsOf, type Entry, type Resource, resourceOf } from "./component.ts";

/**
 * What the constructors of components share. These functions return before `super` is called and before a HostState is
 * made, because Pulumi keeps with each resource by which functions it was made: 200 bytes for each of them, at every
 * resource. A common base class would be among them.
 */

/** The host of a gateway, as all components there use it. */
export interface Host {
  readonly connection: HostStateArgs["connection"];
  readonly adopt: boolean;
  /** What the components of the gateway have claimed. */
  readonly claims: Claims;
}

/** A component that others may stand on; they know it by `Site`. */
export interface Ground<Site> {
  readonly site: Site;
  readonly host: Host;
  readonly state: HostState;
  readonly resource: Resource<Input<string>>;
}

/** The settings of a component, what it registers of them, and its resource on the host. */
export interface Child<Settings> {
  readonly settings: Settings;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly resource: Resource<Input<string>>;
}

/**
 * Checks the arguments of a component that stands on another, and claims on the gateway what is its own.
 *
 * @param ground what the user gave for the argument `entry.standsOn`, which must be a `Class`.
 * @throws ArgumentsError with everything that is wrong, collisions on the gateway included.
 */
export function child<Site, Settings>(
  entry: Entry<Site, Settings>,
  name: string,
  args: unknown,
  ground: Ground<Site>,
  Class: abstract new (...args: never[]) => Ground<Site>,
): Child<Settings> {
  const holder = `${entry.title} "${name}"`;
  if (!(ground instanceof Class)) throw missing(holder, entry.standsOn ?? "", Class.name);
  const { site, host } = ground;
  const settings = accepted(holder, entry.check(name, args, site), (sound) =>
    host.claims.claim(claimsOf(entry, { name, settings: sound, site }, holder)),
  );
  const resource = resourceOf(entry, { name, settings, site }, [ground.resource.name]);
  return { settings, inputs: entry.inputs(settings), resource };
}

/** @throws ArgumentsError with the problems of arguments, or else with those of claims that `claim` returns. */
export function accepted<Settings>(
  holder: string,
  { settings, problems }: Checked<Settings>,
  claim: (settings: Settings) => readonly Problem[],
): Settings {
  const all = settings === null ? problems : claim(settings);
  if (settings === null || all.length > 0) throw new ArgumentsError(holder, all);
  return settings;
}

/**
 * The arguments of the HostState of a component.
 *
 * @param after the HostState of what the component stands on. Where a resource is replaced, the old one is deleted first:
 * both would have the same files and units.
 */
export function hostState(
  parent: Registered,
  { name, key, desired, secrets }: Resource<Input<string>>,
  { connection, adopt }: Host,
  after?: HostState,
): ConstructorParameters<typeof HostState> {
  const identity = { project: getProject(), stack: getStack(), key, sweeps: key === "gateway" };
  return [
    name,
    { connection, identity, desired, secrets: hidden(secrets), adopt },
    { parent, ...(after && { dependsOn: after }), deleteBeforeReplace: true },
  ];
}

/**
 * An output that arguments decide. It is known in previews too; what is made with it comes after `state`, and in an
 * `up` it is not there before the host has what it tells of.
 */
export function decided<Value>(state: HostState, value: Value): Output<Value> {
  return state.urn.apply(() => value);
}

function hidden(secrets: Readonly<Record<string, Input<string>>>): Record<string, Output<string>> {
  return Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, secret(value)]));
}

function missing(holder: string, path: string, what: string): ArgumentsError {
  return new ArgumentsError(holder, [{ path, text: `is missing: a ${what}` }]);
}
