import { NOTHING } from "../kinds/desired.ts";
import type { FileOutline } from "../kinds/file.ts";
import { type HostPath, type UnitName, unitFilePath } from "../kinds/names.ts";
import type { UnitSpec } from "../kinds/unit/spec.ts";
import { entries, keys, mapValues, same, without } from "../records.ts";
import type { Outline } from "./outline.ts";

/** An outline as the state holds it: what is as in most resources is left out, the paths of unit files too. */
type StoredOutline = Partial<Omit<Outline, "files" | "units">> & {
  readonly files: Readonly<Record<HostPath, FileInState>>;
  readonly units: Readonly<Record<UnitName, UnitInState>>;
};

/** A digest alone: that of a file with the usual mode. */
export type FileInState =
  | string
  | { readonly mode?: string; readonly digest: string }
  | { readonly mode?: string; readonly secret: string; readonly same?: boolean };

/** `file`: the digest of the unit's file, if that has the usual mode. */
export type UnitInState = Pick<UnitSpec, "started"> & Partial<UnitSpec> & { readonly file?: string };

const USUAL_MODE = { mode: "0644" };
const USUAL_SECRET = { mode: "0600", same: true };
const USUAL_UNIT = {
  active: true,
  enabled: true,
  masked: false,
  intact: true,
  reloaded: "",
  check: null,
  mayCutOff: true,
  clean: false,
};
const { files: _, units: __, ...USUAL } = NOTHING;

/**
 * The outline as JSON text. For Pulumi a text is one value; as an object it is fifty, each of which its engine and
 * its SDK unpack, compare and pack again: two seconds of processor at a refresh of 1250 resources.
 */
export function storedOutline(outline: Outline): string {
  return JSON.stringify(shortened(outline));
}

function shortened({ files, units, ...rest }: Outline): StoredOutline {
  const stored = mapValues(files, storedFile);
  const fileOf = (unit: UnitName) => stored[unitFilePath(unit)];
  const withUnits = new Set(
    keys(units)
      .filter((unit) => typeof fileOf(unit) === "string")
      .map(unitFilePath),
  );
  return {
    ...without(rest, USUAL),
    files: Object.fromEntries(entries(stored).filter(([path]) => !withUnits.has(path))),
    units: mapValues(units, ({ started, ...unit }, name) => {
      const file = fileOf(name);
      return { ...without(unit, USUAL_UNIT), started, ...(typeof file === "string" && { file }) };
    }),
  };
}

function storedFile(file: FileOutline): FileInState {
  if ("secret" in file) return { ...without(file, USUAL_SECRET), secret: file.secret };
  return same(file, { ...file, ...USUAL_MODE }) ? file.digest : file;
}

/** The reverse of {@link storedOutline}. */
export function outlineIn2(text: string): Outline {
  const { files, units, ...rest }: StoredOutline = JSON.parse(text);
  return { ...USUAL, ...rest, ...filesAndUnits(files, units) };
}

/** With everything that was left out filled in again. */
export function filesAndUnits(
  files: StoredOutline["files"],
  units: StoredOutline["units"],
): Pick<Outline, "files" | "units"> {
  const ofUnits = entries(units).flatMap(([unit, { file }]) =>
    file === undefined ? [] : [[unitFilePath(unit), file]],
  );
  return {
    files: mapValues({ ...files, ...Object.fromEntries(ofUnits) }, fileOutline),
    units: mapValues(units, ({ file: _, ...unit }) => ({ ...USUAL_UNIT, ...unit })),
  };
}

function fileOutline(file: FileInState): FileOutline {
  if (typeof file === "string") return { ...USUAL_MODE, digest: file };
  if ("digest" in file) return { ...USUAL_MODE, ...file };
  return { ...USUAL_SECRET, ...file };
}
