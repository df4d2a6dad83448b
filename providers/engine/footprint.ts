import type { Desired, HostPath, LeaveSpec, UnitName, UnitSpec } from "./model.ts";

/** Everything a resource may have left on a host, and all that is needed to take it away again. */
export interface Footprint {
  readonly files: readonly HostPath[];
  readonly units: Readonly<
    Record<UnitName, { readonly clean: UnitSpec["clean"]; readonly check: readonly string[] | null }>
  >;
  /** Of what its units make in the kernel: `interface tsp-work`, `table inet tsproxy`. */
  readonly kernel: readonly string[];
  readonly packages: readonly string[];
  /** Units masked because a package brings them. */
  readonly keptOff: readonly UnitName[];
  /** Member names by directory. */
  readonly downloads: Readonly<Record<HostPath, readonly string[]>>;
  readonly probes: Readonly<Record<string, { readonly socket: HostPath }>>;
  /** Units of other resources that read its files. */
  readonly readers: readonly UnitName[];
  readonly leave: LeaveSpec | null;
}

export const NOWHERE: Footprint = {
  files: [],
  units: {},
  kernel: [],
  packages: [],
  keptOff: [],
  downloads: {},
  probes: {},
  readers: [],
  leave: null,
};

/** Where `desired` leaves marks. Also accepts an outline: texts do not matter here. */
export function footprintOf(
  desired: Omit<Desired, "files"> & { readonly files: Readonly<Record<HostPath, unknown>> },
): Footprint {
  return {
    files: keys(desired.files),
    units: mapValues(desired.units, ({ clean, check }) => ({ clean, check })),
    kernel: desired.requirements.flatMap((requirement) =>
      requirement.kind === "absent" ? requirement.objects : [],
    ),
    packages: keys(desired.packages),
    keptOff: Object.values(desired.packages).flatMap((spec) => spec.keepOff),
    downloads: mapValues(desired.downloads, (spec) => Object.keys(spec.members).sort()),
    probes: mapValues(desired.probes, ({ socket }) => ({ socket })),
    readers: desired.readers,
    leave: desired.leave,
  };
}

/** Both together; where they differ in how something is taken away, `a` (the newer) wins. */
export function join(a: Footprint, b: Footprint): Footprint {
  return {
    files: union(a.files, b.files),
    units: { ...b.units, ...a.units },
    kernel: union(a.kernel, b.kernel),
    packages: union(a.packages, b.packages),
    keptOff: union(a.keptOff, b.keptOff),
    downloads: { ...b.downloads, ...a.downloads },
    probes: { ...b.probes, ...a.probes },
    readers: union(a.readers, b.readers),
    leave: a.leave ?? b.leave,
  };
}

/**
 * The footprint as the lines of a manifest, sorted: what the host keeps, and what a look asks about.
 * Words are separated by one blank; `isWord` guarantees that none contains one.
 */
export function linesOf(footprint: Footprint): string[] {
  const { leave } = footprint;
  const lines = [
    ...footprint.files.map((path) => ["file", path]),
    ...entries(footprint.units).map(([unit, { clean, check }]) => [
      "unit",
      unit,
      cleanWord(clean),
      ...(check ?? []),
    ]),
    ...footprint.kernel.map((object) => ["kernel", ...object.split(" ")]),
    ...footprint.packages.map((name) => ["package", name]),
    ...footprint.keptOff.map((unit) => ["keepoff", unit]),
    ...entries(footprint.downloads).map(([path, members]) => ["download", path, ...members]),
    ...entries(footprint.probes).map(([name, { socket }]) => ["probe", name, "tailnet", socket]),
    ...footprint.readers.map((unit) => ["reader", unit]),
    ...(leave === null
      ? []
      : [
          [
            "leave",
            leave.kind,
            leave.tailscale,
            leave.socket,
            leave.config,
            leave.unit,
            String(leave.deadlineSeconds),
            ...(leave.server === undefined ? [] : [leave.server]),
          ],
        ]),
  ];
  return lines.map((words) => words.map(word).join(" ")).sort();
}

/** The reverse of {@link linesOf}; `null` when a line is not of this format. */
export function footprintOfLines(lines: readonly string[]): Footprint | null {
  const parts = lines.map((line) => {
    const words = line.split(" ");
    return words.every(isWord) ? parseLine(words) : null;
  });
  return parts.every((part) => part !== null) ? joined(parts.map((part) => ({ ...NOWHERE, ...part }))) : null;
}

/** In halves: a join takes as long as both are, and a hostile host may write a hundred thousand lines. */
function joined(parts: readonly Footprint[]): Footprint {
  if (parts.length <= 1) return parts[0] ?? NOWHERE;
  const middle = parts.length >> 1;
  return join(joined(parts.slice(0, middle)), joined(parts.slice(middle)));
}

function parseLine([kind, name, ...rest]: string[]): Partial<Footprint> | null {
  if (name === undefined) return null;
  switch (kind) {
    case "file":
      return isPath(name) ? { files: [name] } : null;
    case "unit": {
      const [clean = "", ...check] = rest;
      return isUnit(name)
        ? { units: { [name]: { clean: cleanOf(clean), check: check.length > 0 ? check : null } } }
        : null;
    }
    case "kernel":
      return { kernel: [[name, ...rest].join(" ")] };
    case "package":
      return { packages: [name] };
    case "keepoff":
      return isUnit(name) ? { keptOff: [name] } : null;
    case "download":
      return isPath(name) ? { downloads: { [name]: rest } } : null;
    case "probe": {
      const [, socket] = rest;
      return isPath(socket) ? { probes: { [name]: { socket } } } : null;
    }
    case "reader":
      return isUnit(name) ? { readers: [name] } : null;
    case "leave": {
      const [tailscale, socket, config, unit, seconds, server] = rest;
      if (
        name !== "tailnet-logout" ||
        !isPath(tailscale) ||
        !isPath(socket) ||
        !isPath(config) ||
        !isUnit(unit)
      )
        return null;
      return {
        leave: {
          kind: name,
          tailscale,
          socket,
          config,
          unit,
          deadlineSeconds: Number(seconds),
          ...(server === undefined ? {} : { server }),
        },
      };
    }
    default:
      return null;
  }
}

/** `keep`, `clean`, or `clean:` with the names of directories. */
function cleanWord(clean: UnitSpec["clean"]): string {
  if (typeof clean === "boolean") return clean ? "clean" : "keep";
  return `clean:${clean.join(",")}`;
}

function cleanOf(word: string): UnitSpec["clean"] {
  if (!word.startsWith("clean:")) return word === "clean";
  // what else stands there must not lead out of the directories that systemd keeps
  return word.slice("clean:".length).split(",").filter(isDirectoryName);
}

function isDirectoryName(text: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(text);
}

/**
 * Characters that a shell takes for themselves in a word it does not glob, and those of URLs: a login server may be
 * an IPv6 address.
 */
const WORD = /^[A-Za-z0-9/._:=@%+,~[\]-]+$/;

function isWord(text: string): boolean {
  return WORD.test(text);
}

function word(text: string): string {
  if (!isWord(text)) throw new Error(`${JSON.stringify(text)} cannot stand in a manifest`);
  return text;
}

function isPath(text: string | undefined): text is HostPath {
  return text?.startsWith("/") === true;
}

function isUnit(text: string | undefined): text is UnitName {
  return text !== undefined && /^[A-Za-z0-9@_.:-]+\.(service|socket|target|timer)$/.test(text);
}

export function keys<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return (Object.keys(record) as K[]).sort();
}

export function entries<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  return keys(record).map((key) => [key, record[key]]);
}

export function mapValues<K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  map: (value: V, key: K) => W,
): Record<K, W> {
  return Object.fromEntries(entries(record).map(([key, value]) => [key, map(value, key)])) as Record<K, W>;
}

function union<T extends string>(a: readonly T[], b: readonly T[]): T[] {
  return [...new Set([...a, ...b])].sort();
}
