import type { Desired } from "../kinds/desired.ts";
import { ownedDownloads } from "../kinds/download.ts";
import { ownedFiles } from "../kinds/file.ts";
import { ownedKernelObjects } from "../kinds/kernel-object.ts";
import { ownedLeave } from "../kinds/leave.ts";
import { ownedMasks, ownedPackages } from "../kinds/package.ts";
import { ownedProbes } from "../kinds/probe.ts";
import { ownedReaders } from "../kinds/reader.ts";
import { ownedUnits } from "../kinds/unit/spec.ts";

/** Everything that a resource may have left on a host, and all that is needed to take it away again. */
export interface Owned {
  readonly files: Of<typeof ownedFiles>;
  readonly units: Of<typeof ownedUnits>;
  readonly kernel: Of<typeof ownedKernelObjects>;
  readonly packages: Of<typeof ownedPackages>;
  /** Units that are masked because a package brings them. */
  readonly keptOff: Of<typeof ownedMasks>;
  readonly downloads: Of<typeof ownedDownloads>;
  readonly probes: Of<typeof ownedProbes>;
  readonly readers: Of<typeof ownedReaders>;
  readonly leave: Of<typeof ownedLeave>;
}

type Of<Kind extends { readonly none: unknown }> = Kind["none"];

export const OWNS_NOTHING: Owned = {
  files: ownedFiles.none,
  units: ownedUnits.none,
  kernel: ownedKernelObjects.none,
  packages: ownedPackages.none,
  keptOff: ownedMasks.none,
  downloads: ownedDownloads.none,
  probes: ownedProbes.none,
  readers: ownedReaders.none,
  leave: ownedLeave.none,
};

/** Desired states and outlines: texts do not matter here. */
type Wanted = Omit<Desired, "files" | "requirements"> & { readonly files: Readonly<Record<string, unknown>> };

/** What a resource owns that is as `wanted` says. */
export function ownedBy(wanted: Wanted): Owned {
  return {
    files: ownedFiles.of(wanted.files),
    units: ownedUnits.of(wanted.units),
    kernel: ownedKernelObjects.of(wanted.kernel),
    packages: ownedPackages.of(wanted.packages),
    keptOff: ownedMasks.of(wanted.packages),
    downloads: ownedDownloads.of(wanted.downloads),
    probes: ownedProbes.of(wanted.probes),
    readers: ownedReaders.of(wanted.readers),
    leave: ownedLeave.of(wanted.leave),
  };
}

/** Both together; where they differ in how something is taken away, `newer` wins. */
export function join(newer: Owned, older: Owned): Owned {
  return {
    files: ownedFiles.join(newer.files, older.files),
    units: ownedUnits.join(newer.units, older.units),
    kernel: ownedKernelObjects.join(newer.kernel, older.kernel),
    packages: ownedPackages.join(newer.packages, older.packages),
    keptOff: ownedMasks.join(newer.keptOff, older.keptOff),
    downloads: ownedDownloads.join(newer.downloads, older.downloads),
    probes: ownedProbes.join(newer.probes, older.probes),
    readers: ownedReaders.join(newer.readers, older.readers),
    leave: ownedLeave.join(newer.leave, older.leave),
  };
}

/**
 * As the lines of a manifest, sorted: what the host keeps, and what a look asks about.
 * Words are separated by one blank; `isWord` guarantees that none contains one.
 */
export function linesOf(owned: Owned): string[] {
  const lines = [
    ...ownedFiles.lines(owned.files),
    ...ownedUnits.lines(owned.units),
    ...ownedKernelObjects.lines(owned.kernel),
    ...ownedPackages.lines(owned.packages),
    ...ownedMasks.lines(owned.keptOff),
    ...ownedDownloads.lines(owned.downloads),
    ...ownedProbes.lines(owned.probes),
    ...ownedReaders.lines(owned.readers),
    ...ownedLeave.lines(owned.leave),
  ];
  return lines.map((words) => words.map(word).join(" ")).sort();
}

/** The reverse of {@link linesOf}; `null` when a line is not of this format. */
export function ownedIn(lines: readonly string[]): Owned | null {
  const parts = lines.map((line) => {
    const words = line.split(" ");
    return words.every(isWord) ? partIn(words) : null;
  });
  if (!parts.every((part) => part !== null)) return null;
  return joined(parts.map((part) => ({ ...OWNS_NOTHING, ...part })));
}

/**
 * Joins halves of halves: a join takes as long as both sides are, so that the hundred thousand lines which a hostile
 * host may write would otherwise take a hundred thousand times that.
 */
function joined(parts: readonly Owned[]): Owned {
  if (parts.length <= 1) return parts[0] ?? OWNS_NOTHING;
  const middle = parts.length >> 1;
  return join(joined(parts.slice(0, middle)), joined(parts.slice(middle)));
}

function partIn([kind, name, ...rest]: readonly string[]): Partial<Owned> | null {
  if (name === undefined) return null;
  const words = [name, ...rest];
  switch (kind) {
    case "file":
      return part(ownedFiles.read(words), (files) => ({ files }));
    case "unit":
      return part(ownedUnits.read(words), (units) => ({ units }));
    case "kernel":
      return part(ownedKernelObjects.read(words), (kernel) => ({ kernel }));
    case "package":
      return part(ownedPackages.read(words), (packages) => ({ packages }));
    case "keepoff":
      return part(ownedMasks.read(words), (keptOff) => ({ keptOff }));
    case "download":
      return part(ownedDownloads.read(words), (downloads) => ({ downloads }));
    case "probe":
      return part(ownedProbes.read(words), (probes) => ({ probes }));
    case "reader":
      return part(ownedReaders.read(words), (readers) => ({ readers }));
    case "leave":
      return part(ownedLeave.read(words), (leave) => ({ leave }));
    default:
      return null;
  }
}

function part<T>(value: T | null, into: (value: T) => Partial<Owned>): Partial<Owned> | null {
  return value === null ? null : into(value);
}

/** Characters that a shell takes for themselves in a word it does not glob, and those of URLs, IPv6 addresses in them too. */
const WORD = /^[A-Za-z0-9/._:=@%+,~[\]-]+$/;

function isWord(text: string): boolean {
  return WORD.test(text);
}

function word(text: string): string {
  if (!isWord(text)) throw new Error(`${JSON.stringify(text)} cannot stand in a manifest`);
  return text;
}
