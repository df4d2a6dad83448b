import { readFileSync } from "node:fs";
import { join } from "node:path";

const checkout = join(import.meta.dirname, "../..");

/** What package-lock.json says of a package. */
export interface Locked {
  readonly version?: string;
  readonly integrity?: string;
  /** Where it comes from; without it, from whatever registry npm is set to. */
  readonly resolved?: string;
  readonly link?: boolean;
  /** Folders of this repository with a package of their own; of the library only. */
  readonly workspaces?: readonly string[];
  readonly inBundle?: boolean;
  /** Only for those who work on this library. */
  readonly dev?: boolean;
  readonly optional?: boolean;
  /** The only systems that it is for. */
  readonly os?: readonly string[];
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** By the place in node_modules; the library itself is at the empty one, its workspaces are at their folders. */
export type Lock = Readonly<Record<string, Locked>>;

export function readLock(): Lock {
  return JSON.parse(readFileSync(join(checkout, "package-lock.json"), "utf8")).packages;
}

export function readManifest(): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
}

/** True for the library and its workspaces: what the repository itself holds. */
export function isOwn(lock: Lock, place: string): boolean {
  return place === "" || (lock[""]?.workspaces ?? []).includes(place);
}

/** Name of the package at `place`. */
export function nameOf(place: string): string {
  return place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** Where the package at `from` finds `name`, as Node looks for it; undefined: nowhere. */
export function resolveIn(lock: Lock, from: string, name: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(at.lastIndexOf("/node_modules/"), 0))) {
    const place = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (place in lock) return place;
    if (at === "") return undefined;
  }
}

/** Places of all that a user of the library gets. */
export function runTime(lock: Lock): string[] {
  const reached = new Set<string>();
  const visit = (from: string) => {
    const { dependencies = {}, optionalDependencies = {} } = lock[from] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const place = resolveIn(lock, from, name);
      if (place === undefined || reached.has(place)) continue;
      reached.add(place);
      visit(place);
    }
  };
  visit("");
  return [...reached].sort();
}
