import { keys, pick } from "../records.ts";
import { namedThings, type StepOf, type StepTable } from "./kind.ts";
import { isUnit, type UnitName } from "./names.ts";

/**
 * Package managers that the engine knows, in the order in which a host is asked for them. Each is a part of the shell
 * program, `program/<name>.sh`, with the functions that `apt.sh` lists. `sources`: where a host keeps what it installs from.
 */
export const PACKAGE_MANAGERS: Readonly<Record<string, { readonly sources: string }>> = {
  apt: { sources: "/etc/apt" },
};

export interface PackageSpec {
  /** Units that the package brings and that must never run; masked before it is installed. */
  readonly keepOff: readonly UnitName[];
}

/** By name. Removed with the resource only if this library installed them and no other package or resource needs them. */
export type PackageSpecs = Readonly<Record<string, PackageSpec>>;

export const ownedPackages = namedThings("package", keys<string>, ([name]) => name ?? null);

/** Units that are masked because a package brings them. */
export const ownedMasks = namedThings("keepoff", unitsKeptOff, ([unit]) => (isUnit(unit) ? unit : null));

function unitsKeptOff(packages: PackageSpecs): UnitName[] {
  return Object.values(packages).flatMap(({ keepOff }) => keepOff);
}

/** Those of `wanted` that are installed. */
export function foundPackages(wanted: PackageSpecs, installed: readonly string[]): PackageSpecs {
  return pick(wanted, (spec, name) => (installed.includes(name) ? spec : undefined));
}

export interface PackageSteps {
  install: { readonly packages: readonly string[]; readonly keepOff: readonly UnitName[] };
  purge: { readonly packages: readonly string[] };
  unmask: { readonly units: readonly UnitName[] };
}

export const packageSteps: StepTable<PackageSteps> = {
  install: {
    phase: "prepare",
    call: ({ packages, keepOff }) => ["install_packages", keepOff.join(" "), ...packages],
    words: ({ packages }) => `install ${packages.join(" ")}`,
  },
  purge: {
    phase: "finish",
    call: ({ packages }, key) => ["purge", key, ...packages],
    words: ({ packages }) => `remove what nothing else needs of ${packages.join(" ")}`,
  },
  unmask: {
    phase: "finish",
    call: ({ units }, key) => ["unmask", key, ...units],
    words: ({ units }) => `unmask ${units.join(" ")}`,
  },
};

export function installing(
  wanted: PackageSpecs,
  installed: readonly string[],
): StepOf<PackageSteps, "install">[] {
  const packages = keys(wanted).filter((name) => !installed.includes(name));
  const keepOff = packages.flatMap((name) => wanted[name]?.keepOff ?? []);
  return packages.length > 0 ? [{ do: "install", packages, keepOff }] : [];
}

/**
 * By what the manifest lists, not by what is installed: the host decides whether a package may go (others may need it),
 * so that a package is still there afterwards is no difference.
 */
export function purging(
  wanted: PackageSpecs,
  listed: { readonly packages: readonly string[]; readonly keptOff: readonly UnitName[] },
): StepOf<PackageSteps, "purge" | "unmask">[] {
  const packages = listed.packages.filter((name) => !(name in wanted));
  const units = listed.keptOff.filter((unit) => !unitsKeptOff(wanted).includes(unit));
  return [
    ...(packages.length > 0 ? [{ do: "purge", packages } as const] : []),
    ...(units.length > 0 ? [{ do: "unmask", units } as const] : []),
  ];
}

/** Names of the installed packages, from lines `NAME STATUS`. */
export function installedIn(lines: readonly string[]): string[] {
  return lines.flatMap((line) => (line.endsWith(" installed") ? line.split(" ").slice(0, 1) : []));
}
