import { type LeaveSpec, leaveKind } from "../kinds/extension.ts";
import type { FileOutline, Secrets } from "../kinds/file.ts";
import { mustLeave } from "../kinds/leave.ts";
import { type HostPath, type UnitName, unitFilePath } from "../kinds/names.ts";
import type { Requirement } from "../kinds/requirement.ts";
import type { UnitSpec } from "../kinds/unit/spec.ts";
import { entries, keys, same, union } from "../records.ts";
import type { Outline } from "../state/outline.ts";

/** What a resource wants, and the values of its secrets, of which only their files are named. */
export interface Wanted {
  readonly outline: Outline;
  readonly secrets: Secrets;
}

/**
 * What an update will do, a line for each: first the arguments that say why, last the units that are interrupted.
 * A unit's own file is not named where the unit is.
 */
export function changeInWords(before: Wanted, after: Wanted): string[] {
  const units = union(keys(before.outline.units), keys(after.outline.units)).flatMap((name) =>
    ofUnit(name, before.outline.units[name], after.outline.units[name]),
  );
  const told = new Set<string>(units.map(({ unit }) => unitFilePath(unit)));
  return [
    ...ofArguments(before.outline.requirements, after.outline.requirements),
    ...ofLeave(before.outline.leave, after.outline.leave),
    ...ofNames("installs", "removes", before.outline.packages, after.outline.packages),
    ...ofNames("downloads", "removes", before.outline.downloads, after.outline.downloads),
    ...ofFiles(before, after).flatMap(({ path, line }) => (told.has(path) ? [] : [line])),
    ...units.map(({ unit, verb }) => `${verb} ${unit}`),
  ];
}

/** Ports and addresses as the user wrote them: what a host must have of them is asked before a change. */
function ofArguments(before: readonly Requirement[], after: readonly Requirement[]): string[] {
  const former = new Map(before.flatMap(argumentsIn));
  return [...new Map(after.flatMap(argumentsIn))].flatMap(([name, value]) => {
    const was = former.get(name);
    return was === undefined || was === value ? [] : [`${name} ${was} -> ${value}`];
  });
}

function argumentsIn(requirement: Requirement): [string, string | number][] {
  if (requirement.kind === "port") return [[requirement.argument, requirement.port]];
  return requirement.kind === "address" ? [[requirement.argument, requirement.address]] : [];
}

function ofLeave(before: LeaveSpec | null, after: LeaveSpec | null): string[] {
  return before !== null && mustLeave(before, after) ? [leaveKind(before.kind).announcement(before)] : [];
}

function ofNames(
  gain: string,
  loss: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const lacking = (one: object, other: object) => Object.keys(one).filter((name) => !(name in other));
  return [
    ...lacking(after, before).map((name) => `${gain} ${name}`),
    ...lacking(before, after).map((name) => `${loss} ${name}`),
  ];
}

interface FileLine {
  readonly path: HostPath;
  readonly line: string;
}

function ofFiles(before: Wanted, after: Wanted): FileLine[] {
  const written = entries(after.outline.files)
    .filter(([path, file]) => !isSameFile(before.outline.files[path], file, before.secrets, after.secrets))
    .map(([path]) => ({ path, line: `writes ${path}` }));
  const removed = keys(before.outline.files)
    .filter((path) => !(path in after.outline.files))
    .map((path) => ({ path, line: `removes ${path}` }));
  return [...written, ...removed];
}

function isSameFile(a: FileOutline | undefined, b: FileOutline, before: Secrets, after: Secrets): boolean {
  return same(a, b) && (!("secret" in b) || before[b.secret] === after[b.secret]);
}

interface UnitLine {
  readonly unit: UnitName;
  readonly verb: string;
}

function ofUnit(unit: UnitName, before: UnitSpec | undefined, after: UnitSpec | undefined): UnitLine[] {
  const verb = verbOf(before, after);
  return verb === null ? [] : [{ unit, verb }];
}

function verbOf(before: UnitSpec | undefined, after: UnitSpec | undefined): string | null {
  if (after === undefined) return "removes";
  if (before === undefined) return after.active ? "starts" : "adds";
  if (after.active && !before.active) return "starts";
  if (after.started !== before.started) return "restarts";
  if (after.reloaded !== before.reloaded || (after.intact && !before.intact)) return "reloads";
  if (before.masked && !after.masked) return "unmasks";
  return after.enabled === true && before.enabled === false ? "enables" : null;
}
