import type { Input } from "@pulumi/pulumi";
import type { Desired } from "../providers/engine/kinds/desired.ts";
import type { Checked } from "./arguments/values/check.ts";
import type { Claim } from "./claims.ts";

/**
 * A component: all that differs between one and another, Pulumi aside.
 *
 * @typeParam Site what it stands on; null where that has problems of its own, so that those of both are found at once.
 * @typeParam Settings its arguments, checked, with every default filled in.
 */
export interface Entry<Site, Settings> {
  /** Name of its class, end of its type in Pulumi, heading in docs/guide.md. */
  readonly title: string;
  /** Ends the name of its resource and begins the resource's key on the host, so it has no hyphen. */
  readonly prefix: string;
  /** The argument, in a program, that says what it stands on. */
  readonly standsOn: "gateway" | "tailnet" | null;
  /** The argument that its key on the host comes from. */
  readonly keyFrom: "name" | "tailnet";
  /**
   * Looks at its arguments.
   *
   * @param name it gets on the host, or its tailnet has there, unless that is said otherwise.
   * @param at put before every path.
   */
  check(name: string, args: unknown, site: Site | null, at?: string): Checked<Settings>;
  /** What stands behind `prefix` in its key on the host; null: nothing. `name` as in `check`. */
  nameOnHost(name: string, settings: Settings, site: Site | null): string | null;
  /** What no other component of its gateway may have, its key aside. `name` as in `check`. */
  claims(settings: Settings, name: string, site: Site | null): readonly OwnClaim[];
  /** What no other component of any gateway may have. `name` as in `check`. @default nothing */
  claimsOfAll?(name: string, settings: Settings, site: Site | null): readonly OwnClaim[];
  /** Its arguments with every default filled in, as reviews, transforms and policies read them: without secrets. */
  inputs(settings: Settings): Readonly<Record<string, unknown>>;
  desired(settings: Settings, site: Site): Desired;
  /** Those of its arguments that stand apart in a configuration. @default none */
  readonly secretArguments?: readonly string[];
  /** Values of the files in `desired` whose content is a secret, by the arguments that they are. */
  secrets(settings: Settings): Readonly<Record<string, Input<string>>>;
}

export interface OwnClaim extends Omit<Claim, "path" | "holder"> {
  /** The argument it comes from. */
  readonly argument: string;
}

/**
 * What a component registers with Pulumi for its host.
 *
 * @typeParam Secret string, or an input of Pulumi, whose value may be known later.
 */
export interface Resource<Secret> {
  /** In the program: `home-work-socks`. */
  readonly name: string;
  /** On the host: `socks-work`. */
  readonly key: string;
  readonly desired: Desired;
  /** Values of the files in `desired` whose content is `{ secret: key }`. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** Names of the resources that must be there before it. */
  readonly after: readonly string[];
}

/** A component of the program, its arguments checked. */
export interface Component<Site, Settings> {
  readonly name: string;
  readonly settings: Settings;
  readonly site: Site;
}

export function resourceOf<Site, Settings>(
  entry: Entry<Site, Settings>,
  { name, settings, site }: Component<Site, Settings>,
  after: readonly string[],
): Resource<Input<string>> {
  return {
    name: `${name}-${entry.prefix}`,
    key: keyOf(entry, { name, settings, site }),
    desired: entry.desired(settings, site),
    secrets: entry.secrets(settings),
    after,
  };
}

/**
 * What a component must not share with another on its gateway.
 *
 * @param holder what it is called when another one collides with it.
 * @param at put before every path.
 */
export function claimsOf<Site, Settings>(
  entry: Entry<Site, Settings>,
  component: Component<Site | null, Settings>,
  holder: string,
  at = "",
): Claim[] {
  const key: OwnClaim = { kind: "resource", value: keyOf(entry, component), argument: entry.keyFrom };
  return [key, ...entry.claims(component.settings, component.name, component.site)].map((own) =>
    claimOf(own, holder, at),
  );
}

/** What it must not share with another one on any gateway; `holder` and `at` as in `claimsOf`. */
export function widerClaimsOf<Site, Settings>(
  entry: Entry<Site, Settings>,
  { name, settings, site }: Component<Site | null, Settings>,
  holder: string,
  at = "",
): Claim[] {
  return (entry.claimsOfAll?.(name, settings, site) ?? []).map((own) => claimOf(own, holder, at));
}

function claimOf({ argument, ...claim }: OwnClaim, holder: string, at: string): Claim {
  return { ...claim, path: `${at}${argument}`, holder };
}

function keyOf<Site, Settings>(
  { prefix, nameOnHost }: Entry<Site, Settings>,
  { name, settings, site }: Component<Site | null, Settings>,
): string {
  const own = nameOnHost(name, settings, site);
  return own === null ? prefix : `${prefix}-${own}`;
}
