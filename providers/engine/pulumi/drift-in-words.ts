import type { FileOutline } from "../kinds/file.ts";
import type { HostPath, UnitName } from "../kinds/names.ts";
import type { UnitSpec } from "../kinds/unit/spec.ts";
import { entries, keys } from "../records.ts";
import type { Outline } from "../state/outline.ts";

/**
 * What a refresh has found, a sentence for each difference. A unit that does not run is said to be so, and no more: what
 * it has read and made is gone with it.
 */
export function driftInWords(wanted: Outline, found: Outline): string[] {
  const missing = (kind: "packages" | "downloads") =>
    keys(wanted[kind]).filter((name) => !(name in found[kind]));
  return [
    ...missing("packages").map((name) => `package ${name} is not installed`),
    ...missing("downloads").map((path) => `${path} is missing, or not as it was downloaded`),
    ...entries(wanted.files).flatMap(([path, file]) => ofFile(path, file, found.files[path])),
    ...entries(wanted.units).flatMap(([name, unit]) => ofUnit(name, unit, found.units[name])),
    ...entries(wanted.probes)
      .filter(([name]) => found.probes[name]?.healthy === false)
      .map(([, { unit }]) => `${unit} runs, and says that it is not well`),
  ];
}

function ofFile(path: HostPath, wanted: FileOutline, found: FileOutline | undefined): string[] {
  if (found === undefined) return [`file ${path} is missing`];
  return [
    ...(contentOf(wanted) === contentOf(found) ? [] : [edited(path, found)]),
    ...(wanted.mode === found.mode ? [] : [`file ${path} has mode ${found.mode} instead of ${wanted.mode}`]),
  ];
}

function contentOf(file: FileOutline): string {
  return "digest" in file ? file.digest : String(file.same);
}

/** In the place of a digest stands what is there instead of a file. */
function edited(path: HostPath, found: FileOutline): string {
  const isFile = !("digest" in found) || /^[0-9a-f]{16}$/.test(found.digest);
  return isFile ? `file ${path} was edited` : `${path} is no plain file any more`;
}

function ofUnit(name: UnitName, wanted: UnitSpec, found: UnitSpec | undefined): string[] {
  if (found === undefined) return [];
  return [
    ...(found.masked && !wanted.masked ? [`${name} is masked`] : []),
    ...(found.enabled === false && wanted.enabled === true
      ? [`${name} is not enabled: it does not start at boot`]
      : []),
    ...ofProcess(name, wanted, found),
  ];
}

function ofProcess(name: UnitName, wanted: UnitSpec, found: UnitSpec): string[] {
  if (wanted.active && !found.active) return [`${name} is not running`];
  const hasReadOther = wanted.started !== found.started || wanted.reloaded !== found.reloaded;
  return [
    ...(hasReadOther ? [`${name} runs with other settings than it should`] : []),
    ...(wanted.intact && !found.intact
      ? [`addresses, routes or rules of ${name} are missing or were changed`]
      : []),
  ];
}
