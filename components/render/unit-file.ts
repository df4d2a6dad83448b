import { createHash } from "node:crypto";
import type { UnitName } from "../../providers/engine/kinds/names.ts";
import type { UnitSpec } from "../../providers/engine/kinds/unit/spec.ts";
import { STAMP_SCRIPT } from "./names.ts";
import { isSandboxed, sandbox } from "./sandbox.ts";

/** One line of a unit file: `["Restart", "always"]`. The value is written as it is. */
export type Entry = readonly [key: string, value: string];

/** A section with its lines in order: `["Unit", [["Description", "…"]]]`. */
export type Section = readonly [name: "Unit" | "Service" | "Socket" | "Install", entries: readonly Entry[]];

export interface UnitText {
  readonly name: UnitName;
  readonly sections: readonly Section[];
  /** Contents of the files that its process reads at start and never again. */
  readonly readAtStart?: readonly string[];
  /** Contents of the files that its process reads at start and on reload. */
  readonly readOnReload?: readonly string[];
  /** See `UnitSpec.check`. Without it the unit counts as intact. */
  readonly check?: readonly string[];
  /** See `UnitSpec.clean`. @default false */
  readonly clean?: boolean;
}

/**
 * A unit file, and the state the unit must be in: running, and enabled if it has an [Install] section.
 *
 * The unit itself writes down what it was started with: `/run/tsproxy/<unit>.started` and `.reloaded`
 * hold the stamps of `spec`, put there by `STAMP_SCRIPT` after each start and each reload. A start by systemd
 * alone (a boot, a crash) therefore counts as much as one by us. The sandbox that systemd adds to the unit
 * is part of what it is started with.
 */
export function unitFile(unit: UnitText): { readonly text: string; readonly spec: UnitSpec } {
  const { sections, readAtStart = [], readOnReload = [], check = null, clean = false } = unit;
  const reloadable = sections.some(([, entries]) => entries.some(isReload));
  const around = isSandboxed(unit.name) ? [sandbox()] : [];
  const started = stamp(unitText(sections.map(withoutReload)), ...around, ...readAtStart);
  const reloaded = reloadable ? stamp(...readOnReload) : "";
  return {
    text: unitText(sections.map((section) => withStamps(section, { started, reloaded, reloadable }))),
    spec: {
      active: true,
      enabled: sections.some(([name]) => name === "Install") ? true : null,
      masked: false,
      intact: true,
      started,
      reloaded,
      check,
      clean: clean && directoriesOf(sections),
    },
  };
}

/** Names of the directories that systemd keeps for a unit and that outlive it. */
function directoriesOf(sections: readonly Section[]): string[] {
  const kept = ["StateDirectory", "CacheDirectory", "LogsDirectory"];
  const values = sections.flatMap(([, entries]) => entries.filter(([key]) => kept.includes(key)));
  return [...new Set(values.flatMap(([, value]) => value.split(" ")))];
}

/** Fingerprint of everything in `inputs`, in order: 12 hex digits. */
export function stamp(...inputs: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(inputs), "utf8").digest("hex").slice(0, 12);
}

/**
 * A command line for Exec…= in which systemd expands nothing: every word reaches the program as it is.
 * The first word, an absolute path, may carry the prefixes of systemd.service(5) (`-`, `+`).
 */
export function command(...words: readonly string[]): string {
  return words.map(quote).join(" ");
}

function quote(word: string): string {
  const literal = word.replaceAll("%", "%%").replaceAll("$", "$$$$");
  if (/^[A-Za-z0-9_@%+=:,./$-]+$/.test(literal)) return literal;
  const escaped = literal
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')
    .replaceAll("\n", "\\n")
    .replaceAll("\t", "\\t");
  return `"${escaped}"`;
}

function unitText(sections: readonly Section[]): string {
  return sections
    .map(([name, entries]) => [`[${name}]`, ...entries.map((entry) => entry.join("=")), ""].join("\n"))
    .join("\n");
}

function isReload([key]: Entry): boolean {
  return key === "ExecReload";
}

function withoutReload([name, entries]: Section): Section {
  return [name, entries.filter((entry) => !isReload(entry))];
}

interface Stamps {
  readonly started: string;
  readonly reloaded: string;
  readonly reloadable: boolean;
}

/**
 * `+`: with full privileges, whatever the sandbox of the unit. `-`: a process does not stop for want of a stamp;
 * one that is missing or old is drift.
 */
function withStamps([name, entries]: Section, { started, reloaded, reloadable }: Stamps): Section {
  if (name !== "Service" && name !== "Socket") return [name, entries];
  const note = (...stamps: readonly string[]) => [`-+${STAMP_SCRIPT} %n`, ...stamps].join(" ");
  const lines: Entry[] = [
    ...entries,
    ["ExecStartPost", reloadable ? note(started, reloaded) : note(started)],
  ];
  if (reloadable) lines.push(["ExecReload", note("-", reloaded)]);
  return [name, lines];
}
