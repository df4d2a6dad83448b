import {
  type ComponentResourceOptions,
  getProject,
  getStack,
  type Input,
  type Output,
  output,
  type Resource as Registered,
  rootStackResource,
  runtime,
  secret,
} from "@pulumi/pulumi";
import type { HostState, HostStateArgs } from "../providers/host-state.ts";
import { optionProblems } from "./arguments/options.ts";
import { onePortWarning } from "./arguments/socks-bridge.ts";
import type { Checked } from "./arguments/values/check.ts";
import { ArgumentsError, type Problem } from "./arguments/values/problem.ts";
import type { TailnetSite } from "./catalogue.ts";
import { Claims } from "./claims.ts";
import { claimsOf, type Entry, type Resource, resourceOf, widerClaimsOf } from "./component.ts";

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

/** What the user wrote of a component, what it stands on aside. */
export interface Written {
  readonly name: string;
  readonly args: unknown;
  readonly options: ComponentResourceOptions | undefined;
}

/** A component that is sound, before Pulumi knows of it. */
export interface Child<Settings> {
  readonly settings: Settings;
  /** What it registers of its arguments. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly options: ComponentResourceOptions;
  /** On the host. */
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
  { name, args, options }: Written,
  ground: Ground<Site> & Registered,
  Class: abstract new (...args: never[]) => Ground<Site>,
): Child<Settings> {
  const holder = `${entry.title} "${name}"`;
  if (!(ground instanceof Class))
    throw new ArgumentsError(holder, [{ path: entry.standsOn ?? "", text: unfit(ground, Class.name) }]);
  const { site, host } = ground;
  const settings = accepted(holder, entry.check(name, args, site), options, (sound) => [
    ...host.claims.claim(claimsOf(entry, { name, settings: sound, site }, holder)),
    ...claimsOfProgram().claim(widerClaimsOf(entry, { name, settings: sound, site }, holder)),
  ]);
  const resource = resourceOf(entry, { name, settings, site }, [ground.resource.name]);
  const lookAt = (key: string, value: string) => {
    const { problems } = entry.check(name, withSecret(Object(args), key, value), site);
    if (problems.length > 0) throw new ArgumentsError(holder, problems);
  };
  const secrets = lookedAtLater(resource.secrets, lookAt);
  const inputs = entry.inputs(settings);
  return { settings, inputs, options: optionsOn(ground, options), resource: { ...resource, secrets } };
}

/** What is unwise about the names of a tailnet, or `null`; its suffix and its SOCKS port may be made in either order. */
export function namesWarning({ host: { claims }, site }: Ground<TailnetSite>): string | null {
  const { name } = site.tailnet;
  return onePortWarning(claims.valuesOf(name, "name"), claims.valuesOf(name, "suffix"));
}

/** What all gateways have claimed, by the root of the program; a process may run several programs. */
const programs = new WeakMap<object, Claims>();

export function claimsOfProgram(): Claims {
  const root = runtime.getStackResource();
  const known = (root && programs.get(root)) ?? new Claims();
  if (root !== undefined) programs.set(root, known);
  return known;
}

/** The arguments with one of their secrets: at `authKey`, or at `users/ann`. */
function withSecret(args: Readonly<Record<string, unknown>>, key: string, value: string): object {
  const [argument = "", name] = key.split("/");
  if (name === undefined) return { ...args, [argument]: value };
  return { ...args, [argument]: { ...Object(args[argument]), [name]: value } };
}

/**
 * The same secrets. Those whose value is known later are looked at when it is: before anything of them is on a host.
 *
 * @param lookAt throws when something is wrong with the secret that has the argument `key`.
 */
function lookedAtLater(
  secrets: Readonly<Record<string, Input<string>>>,
  lookAt: (key: string, value: string) => void,
): Record<string, Input<string>> {
  return Object.fromEntries(
    Object.entries(secrets).map(([key, value]) => {
      if (typeof value === "string") return [key, value];
      const looked = output(value).apply((known) => {
        lookAt(key, known);
        return known;
      });
      return [key, looked];
    }),
  );
}

/** @throws ArgumentsError with the problems of arguments and options, or else with those of claims that `claim` returns. */
export function accepted<Settings>(
  holder: string,
  { settings, problems }: Checked<Settings>,
  options: ComponentResourceOptions | undefined,
  claim: (settings: Settings) => readonly Problem[],
): Settings {
  const wrong = [...problems, ...optionProblems(options)];
  const all = settings === null || wrong.length > 0 ? wrong : claim(settings);
  if (settings === null || all.length > 0) throw new ArgumentsError(holder, all);
  return settings;
}

/**
 * The options of a component that stands on another: it is a child of that one, unless its user gives another parent.
 * In states of releases up to 0.1.0 it is a child of the stack.
 */
function optionsOn(ground: Registered, options: ComponentResourceOptions = {}): ComponentResourceOptions {
  if (options.parent !== undefined) return options;
  const aliases = [...(options.aliases ?? []), { parent: rootStackResource }];
  return { ...options, parent: ground, aliases };
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
 * What arguments decide, for those who need that it is there: a preview knows it, and an update has it once the resource
 * is as wanted.
 */
export function once<T>(state: HostState, value: T): Output<T> {
  // not of the facts, which are what an update finds: in a preview they are unknown
  return state.urn.apply(() => value);
}

function hidden(secrets: Readonly<Record<string, Input<string>>>): Record<string, Output<string>> {
  return Object.fromEntries(Object.entries(secrets).map(([key, value]) => [key, secret(value)]));
}

/** @param given in place of one of the class that is called `title`. */
function unfit(given: unknown, title: string): string {
  if (given === undefined || given === null) return `is missing: a ${title}`;
  if (Object(given).constructor?.name !== title) return `is not a ${title}`;
  return `is a ${title} of another copy of pulumi-tsproxy; one copy makes all components of a program (npm ls pulumi-tsproxy)`;
}
