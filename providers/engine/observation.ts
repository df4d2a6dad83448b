import { printable } from "./errors.ts";
import { type Footprint, footprintOfLines } from "./footprint.ts";
import type { Digest, HostPath, UnitName } from "./model.ts";
import { type TailnetFacts, tailnetFactsOf } from "./tailnet-facts.ts";

/** What was found on a host: everything its manifests name and everything asked about besides. */
export interface Observed {
  /** `uname -m`. */
  readonly architecture: string;
  readonly manifests: Readonly<Record<string, Manifest>>;
  /** By path; what is absent is not in it. */
  readonly files: Readonly<Record<HostPath, FoundFile>>;
  /** By name; what systemd does not know is not in it. */
  readonly units: Readonly<Record<UnitName, FoundUnit>>;
  /** Those of the packages asked about that are installed. */
  readonly packages: readonly string[];
  readonly downloads: Readonly<Record<HostPath, FoundDownload>>;
  /**
   * By socket: names of probes are only unique within a resource. `null`: the daemon did not answer; one that
   * nobody could ask, because the host lacks a program for it, is not in it.
   */
  readonly probes: Readonly<Record<HostPath, TailnetFacts | null>>;
  /** The lines of manifests and questions that this is the answer to. */
  readonly answered: readonly string[];
  /** Requirements that are not met, by their number. */
  readonly findings: readonly { readonly requirement: number; readonly evidence: string }[];
}

/** What a resource owns on this host, as the host itself remembers it. */
export interface Manifest {
  readonly project: string;
  readonly stack: string;
  /** Of the resource that wrote it. */
  readonly nonce: string;
  /** `null`: not readable as a manifest. */
  readonly footprint: Footprint | null;
  /** Its text, to see whether it must be written again. */
  readonly text: string;
}

export interface FoundFile {
  readonly kind: "file" | "link" | "directory" | "other";
  readonly mode: string;
  /** Numeric `user:group`. */
  readonly owner: string;
  /** `size:mtime`, for files that are too large to be read each time. */
  readonly stat: string;
  /** mtime in seconds since 1970, to the millisecond. */
  readonly changedAt: number;
  readonly digest: Digest | null;
}

export interface FoundUnit {
  /** systemd's ActiveState. */
  readonly active: string;
  readonly enabled: boolean;
  readonly masked: boolean;
  /** The unit's file is newer than what systemd has loaded. */
  readonly stale: boolean;
  /** Stamps of the running process; empty when it left none. */
  readonly started: string;
  readonly reloaded: string;
  /** When it left the newer one, in seconds since 1970; 0 without. What it reads, it has not read since. */
  readonly readAt: number;
  /** Exit status of the unit's check, `null` without one. */
  readonly check: number | null;
}

export interface FoundDownload {
  readonly sha256: Digest;
  /** `size:mtime` of each member as it was unpacked. */
  readonly members: Readonly<Record<string, string>>;
}

/** A section of the program's output: its heading and the lines below it. */
export interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** Splits output at the lines that begin with `= `. What stands before the first is not ours. */
export function sectionsOf(output: string): Section[] {
  const sections: { heading: string; lines: string[] }[] = [];
  for (const line of output.split("\n")) {
    if (line.startsWith("= ")) sections.push({ heading: line.slice(2), lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  return sections;
}

/** @param asked what the look was asked about besides the manifests, as lines of a footprint. */
export function observedOf(sections: readonly Section[], asked: readonly string[]): Observed {
  const linesOf = (heading: string) =>
    (sections.findLast((section) => section.heading === heading)?.lines ?? []).filter((line) => line !== "");
  const manifests = manifestsOf(linesOf("manifests"));
  const stats = linesOf("files");
  const named = Object.values(manifests).flatMap((manifest) => manifest.text.split("\n"));
  return {
    architecture: printable(linesOf("host")[0] ?? ""),
    manifests,
    answered: [...named, ...asked],
    files: filesOf(
      stats.filter((stat) => !isOfStamp(stat)),
      linesOf("digests"),
    ),
    units: unitsOf(
      linesOf("units"),
      linesOf("stamps"),
      timesOf(stats.filter(isOfStamp)),
      checksOf(linesOf("checks"), [...named, ...asked]),
    ),
    packages: linesOf("packages").flatMap((line) =>
      line.endsWith(" installed") ? [line.split(" ")[0]!] : [],
    ),
    downloads: downloadsOf(linesOf("downloads")),
    probes: probesOf(linesOf("probes")),
    findings: sections.flatMap(({ heading }) => {
      const [, number, evidence = ""] = /^finding (\d+) ?(.*)$/.exec(heading) ?? [];
      return number === undefined ? [] : [{ requirement: Number(number), evidence }];
    }),
  };
}

/** Lines with a leading blank belong to the last line without one. */
function groups(lines: readonly string[]): [string, string[]][] {
  const result: [string, string[]][] = [];
  for (const line of lines) {
    if (line.startsWith(" ")) result.at(-1)?.[1].push(line.slice(1));
    else result.push([line, []]);
  }
  return result;
}

function manifestsOf(lines: readonly string[]): Observed["manifests"] {
  return Object.fromEntries(
    groups(lines).map(([name, body]) => {
      const [head = "", ...rest] = body;
      const [, project = "", stack = "", nonce = ""] = /^tsproxy 1 (\S+) (\S+) (\S+)$/.exec(head) ?? [];
      const footprint = project === "" ? null : footprintOfLines(rest);
      return [
        name.replace(/\.manifest$/, ""),
        { project, stack, nonce, footprint, text: body.map((line) => `${line}\n`).join("") },
      ];
    }),
  );
}

/** First line of a manifest: whose it is. */
export function headOf(text: string): string {
  return text.split("\n")[0] ?? "";
}

const KINDS: Readonly<Record<number, FoundFile["kind"]>> = { 8: "file", 10: "link", 4: "directory" };

function filesOf(stats: readonly string[], digests: readonly string[]): Observed["files"] {
  const digestOf = new Map(digests.map((line) => [line.slice(66), line.slice(0, 64)]));
  return Object.fromEntries(
    stats.map((line) => {
      const [mode = "", owner = "", stat = "", path = ""] = line.split(" ");
      const bits = Number.parseInt(mode, 16);
      const kind = KINDS[bits >> 12] ?? "other";
      const permissions = (bits & 0o7777).toString(8).padStart(4, "0");
      return [
        path,
        {
          kind,
          mode: permissions,
          owner: printable(owner),
          stat: stat.replace(/\.\d+$/, ""),
          changedAt: changedAt(stat),
          digest: kind === "file" ? (digestOf.get(path) ?? null) : null,
        },
      ];
    }),
  );
}

const STAMP = / \/run\/tsproxy\/(\S+)\.(?:started|reloaded)$/;

function isOfStamp(stat: string): boolean {
  return STAMP.test(stat);
}

/** By unit, of the newer of its stamps. */
function timesOf(stats: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const line of stats) {
    const [, , stat = ""] = line.split(" ");
    const [, unit = ""] = STAMP.exec(line) ?? [];
    times.set(unit, Math.max(times.get(unit) ?? 0, changedAt(stat)));
  }
  return times;
}

/** @param stat `size:mtime`, the latter with a fraction */
function changedAt(stat: string): number {
  return Number(stat.split(":")[1]) || 0;
}

function unitsOf(
  shown: readonly string[],
  stamps: readonly string[],
  times: ReadonlyMap<string, number>,
  checkOf: ReadonlyMap<string, number>,
): Observed["units"] {
  const stampsOf = new Map(
    stamps.map((line) => line.split(" ")).map(([unit, ...values]) => [unit, values.map(stampOf)]),
  );
  const units = new Map<string, FoundUnit>();
  for (const { Id = "", LoadState, ActiveState = "", UnitFileState, NeedDaemonReload } of blocksOf(shown)) {
    if (LoadState === "not-found" && ActiveState === "inactive") continue;
    const [started = "", reloaded = ""] = stampsOf.get(Id) ?? [];
    units.set(Id, {
      active: ActiveState,
      enabled: UnitFileState === "enabled",
      masked: LoadState === "masked",
      stale: NeedDaemonReload === "yes",
      started,
      reloaded,
      readAt: times.get(Id) ?? 0,
      check: checkOf.get(Id) ?? null,
    });
  }
  return Object.fromEntries(units);
}

/** What a host prints for an empty stamp is a hyphen, so that the other keeps its place. */
function stampOf(word: string): string {
  return word === "-" ? "" : printable(word);
}

/**
 * Exit statuses by unit. A line with the command comes before those of its names.
 *
 * @param named lines of footprints, which say what checks which unit
 */
function checksOf(lines: readonly string[], named: readonly string[]): ReadonlyMap<string, number> {
  const statusOf = new Map<string, number>();
  let command = "";
  for (const line of lines) {
    if (line.startsWith("/")) command = line;
    const [, name, status] = /^(\S+) (\d+)$/.exec(line) ?? [];
    if (name !== undefined) statusOf.set(`${command} ${name}`, Number(status));
  }
  const checks = named.flatMap((line): [string, number][] => {
    const [, unit = "", check = ""] = /^unit (\S+) (?:clean\S*|keep) (.+)$/.exec(line) ?? [];
    const status = statusOf.get(check);
    return status === undefined ? [] : [[unit, status]];
  });
  return new Map(checks);
}

/** `systemctl show` prints one block of properties a unit; the first property of each is its Id. */
function blocksOf(lines: readonly string[]): Record<string, string>[] {
  const blocks: Record<string, string>[] = [];
  for (const line of lines) {
    const at = line.indexOf("=");
    const name = line.slice(0, at);
    if (name === "Id") blocks.push({});
    const block = blocks.at(-1);
    if (block !== undefined) block[name] = line.slice(at + 1);
  }
  return blocks;
}

function downloadsOf(lines: readonly string[]): Observed["downloads"] {
  const found = new Map<string, { sha256: string; members: Map<string, string> }>();
  for (const line of lines) {
    const [path = "", first = "", stat] = line.split(" ");
    const download = found.get(path) ?? { sha256: "", members: new Map() };
    found.set(path, download);
    if (stat === undefined) download.sha256 = first;
    else download.members.set(first, stat);
  }
  return Object.fromEntries(
    [...found].map(([path, { sha256, members }]) => [path, { sha256, members: Object.fromEntries(members) }]),
  );
}

/** Lines with a leading blank are what a node said; the line after them names its socket. */
function probesOf(lines: readonly string[]): Observed["probes"] {
  const probes: Record<HostPath, TailnetFacts | null> = {};
  let said: string[] = [];
  for (const line of lines) {
    if (line.startsWith(" ")) said.push(line);
    if (!line.startsWith("@ /")) continue;
    probes[`/${line.slice(3)}`] = tailnetFactsOf(said.join("\n"));
    said = [];
  }
  return probes;
}
