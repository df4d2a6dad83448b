import { entries, keys, mapValues } from "../../records.ts";
import { describedThings } from "../kind.ts";
import { isUnit, type UnitName, unitFilePath } from "../names.ts";

/** The state a unit must be in. In a drifted resource the same shape says how it was found. */
export interface UnitSpec {
  readonly active: boolean;
  /** Started at boot. `null`: the unit has no [Install] section (e.g. it is started by a socket). */
  readonly enabled: boolean | null;
  readonly masked: boolean;
  /** True when `check` succeeds: what the unit owns in the kernel is there. True for a unit without a check. */
  readonly intact: boolean;
  /** Stamp of all files that the process read at start; another value means restart. See `unitFile`. */
  readonly started: string;
  /** Stamp of all files that the process reads again on reload; another value means reload. Empty: it cannot be reloaded. */
  readonly reloaded: string;
  /**
   * Command (absolute path, arguments, and as the last word a name) that looks at what the unit owns in
   * the kernel. Commands that differ in the name only are run as one, with all names; each prints a line
   * `NAME STATUS`. 0: intact; 1, and no answer: a reload mends it; anything else: only a restart does.
   */
  readonly check: readonly string[] | null;
  /** Whether what a unit with a `check` holds in the kernel may cut the way to the host: ADR 9. */
  readonly mayCutOff: boolean;
  /**
   * Its state, cache and log directories, by the names that they have below /var/lib, /var/cache and /var/log,
   * are deleted with it (`systemctl clean`), also when its file is gone. `true`: as it was written before names
   * were; then only with its file.
   */
  readonly clean: boolean | readonly string[];
}

export type UnitSpecs = Readonly<Record<UnitName, UnitSpec>>;

export interface ObservedUnit {
  /** systemd's ActiveState; `active` also while it reloads. */
  readonly active: string;
  readonly enabled: boolean;
  readonly masked: boolean;
  /** The unit's file is newer than what systemd has loaded. */
  readonly stale: boolean;
  /** Stamps that the running process left of what it has really read; empty when it left none. */
  readonly started: string;
  readonly reloaded: string;
  /** Exit status of the unit's check, `null` without one. */
  readonly check: number | null;
}

/** By name; what systemd does not know is not in it. */
export type ObservedUnits = Readonly<Record<UnitName, ObservedUnit>>;

/** How a unit is taken away, and how it is looked at until then. */
export type OwnedUnit = Pick<UnitSpec, "clean" | "check">;

export type OwnedUnits = Readonly<Record<UnitName, OwnedUnit>>;

export const ownedUnits = describedThings(
  "unit",
  ({ clean, check }: UnitSpec): OwnedUnit => ({ clean, check }),
  ({ clean, check }) => [cleanWord(clean), ...(check ?? [])],
  ([unit, clean = "", ...check]): readonly [UnitName, OwnedUnit] | null =>
    isUnit(unit) ? [unit, { clean: cleanOf(clean), check: check.length > 0 ? check : null }] : null,
);

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

/** The same units as they were found. */
export function foundUnits(wanted: UnitSpecs, observed: ObservedUnits): UnitSpecs {
  return mapValues(wanted, (unit, name) => foundUnit(unit, observed[name]));
}

function foundUnit(wanted: UnitSpec, found: ObservedUnit | undefined): UnitSpec {
  if (found === undefined)
    return { ...wanted, active: false, enabled: wanted.enabled === null ? null : false };
  const active = found.active === "active";
  return {
    ...wanted,
    active,
    enabled: wanted.enabled === null ? null : found.enabled,
    masked: found.masked,
    intact: wanted.check === null || !active || found.check === 0,
    started: active ? found.started : wanted.started,
    reloaded: active ? found.reloaded : wanted.reloaded,
  };
}

/** What must be done so that every unit is in its state; each list in the order of names. */
export interface UnitWork {
  readonly enable: readonly UnitName[];
  /** Started, or restarted where they run. */
  readonly start: readonly UnitName[];
  readonly reload: readonly UnitName[];
  /** On their way up already: waited for. */
  readonly settle: readonly UnitName[];
}

/** @param written paths of files that the plan writes */
export function workOn(wanted: UnitSpecs, observed: ObservedUnits, written: readonly string[]): UnitWork {
  const found = foundUnits(wanted, observed);
  const work = entries(wanted).map(([unit, spec]) => {
    const rewritten = written.includes(unitFilePath(unit));
    // enabled ones too: what wants them may have changed, and links are made by enabling only
    const enable = spec.enabled === true && (found[unit]?.enabled !== true || rewritten);
    return { unit, enable, run: runWork(spec, found[unit], observed[unit], rewritten) };
  });
  const those = (run: RunWork) => work.filter((each) => each.run === run).map(({ unit }) => unit);
  return {
    enable: work.filter(({ enable }) => enable).map(({ unit }) => unit),
    start: those("start"),
    reload: those("reload"),
    settle: those("settle"),
  };
}

type RunWork = "start" | "reload" | "settle" | "nothing";

function runWork(
  wanted: UnitSpec,
  found: UnitSpec | undefined,
  observed: ObservedUnit | undefined,
  rewritten: boolean,
): RunWork {
  if (observed?.active === "activating" && !rewritten) return "settle";
  if (found?.active !== true || found.started !== wanted.started || (observed?.check ?? 0) > 1)
    return "start";
  return found.reloaded !== wanted.reloaded || !found.intact ? "reload" : "nothing";
}

/** systemd refuses to restart a socket while its service holds it: both go in one transaction. */
export function withServices(units: readonly UnitName[], wanted: UnitSpecs): UnitName[] {
  const services = units.flatMap((unit) => serviceOf(unit, wanted));
  return [...new Set([...units, ...services])].sort();
}

function serviceOf(unit: UnitName, wanted: UnitSpecs): UnitName[] {
  const service: UnitName = `${unit.replace(/\.socket$/, "")}.service`;
  return unit.endsWith(".socket") && service in wanted ? [service] : [];
}

/** A unit whose file is newer than what systemd has loaded. */
export function isAnyStale(wanted: UnitSpecs, observed: ObservedUnits): boolean {
  return keys(wanted).some((unit) => observed[unit]?.stale === true);
}
