import { entries, keys, mapValues } from "./footprint.ts";
import {
  type HostPath,
  type KernelKind,
  NOTHING,
  type Requirement,
  UNIT_FILES,
  type UnitName,
  type UnitSpec,
} from "./model.ts";
import { type Outline, type OutlineFile, same, shortDigest } from "./outline.ts";

/** An outline as the state holds it: what is as in most resources is left out, the paths of unit files too. */
export type StoredOutline = Partial<Omit<Outline, "files" | "units" | "requirements">> & {
  readonly requirements?: readonly StoredRequirement[];
  readonly files: Readonly<Record<HostPath, StoredFile>>;
  readonly units: Readonly<Record<UnitName, StoredUnit>>;
};

/** Once there was one for each object. */
type StoredRequirement =
  | Requirement
  | {
      readonly kind: "absent";
      readonly object: KernelKind;
      readonly name: string;
      readonly unit: UnitName;
    };

/** A digest alone: that of a file with the usual mode. */
type StoredFile =
  | string
  | { readonly mode?: string; readonly digest: string }
  | { readonly mode?: string; readonly secret: string; readonly same?: boolean };

/** `file`: the digest of the unit's file, if that has the usual mode. */
type StoredUnit = Pick<UnitSpec, "started"> & Partial<UnitSpec> & { readonly file?: string };

const USUAL_MODE = { mode: "0644" };
const USUAL_SECRET = { mode: "0600", same: true };
const USUAL_UNIT = {
  active: true,
  enabled: true,
  masked: false,
  intact: true,
  reloaded: "",
  check: null,
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
  const fileOf = (unit: UnitName) => stored[pathOf(unit)];
  const withUnits = new Set(
    keys(units)
      .filter((unit) => typeof fileOf(unit) === "string")
      .map(pathOf),
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

function storedFile(file: OutlineFile): StoredFile {
  if ("secret" in file) return { ...without(file, USUAL_SECRET), secret: file.secret };
  return same(file, { ...file, ...USUAL_MODE }) ? file.digest : file;
}

const pathOf = (unit: UnitName): HostPath => `${UNIT_FILES}${unit}`;

/** The reverse of {@link storedOutline}. Outlines were objects once, first whole ones with whole digests. */
export function outlineIn(stored: string | StoredOutline): Outline {
  const { files, units, ...rest }: StoredOutline = typeof stored === "string" ? JSON.parse(stored) : stored;
  const { requirements = [] } = rest;
  const ofUnits = entries(units).flatMap(([unit, { file }]) =>
    file === undefined ? [] : [[pathOf(unit), file]],
  );
  return {
    ...USUAL,
    ...rest,
    requirements: requirements.map(requirementIn),
    files: mapValues({ ...files, ...Object.fromEntries(ofUnits) }, outlineFile),
    units: mapValues(units, ({ file: _, ...unit }) => ({ ...USUAL_UNIT, ...unit })),
  };
}

function requirementIn(stored: StoredRequirement): Requirement {
  if (!("object" in stored)) return stored;
  const { kind, object, name, unit } = stored;
  return { kind, objects: [`${object} ${name}`], unit };
}

function outlineFile(file: StoredFile): OutlineFile {
  if (typeof file === "string") return { ...USUAL_MODE, digest: shortDigest(file) };
  if ("digest" in file) return { ...USUAL_MODE, ...file, digest: shortDigest(file.digest) };
  return { ...USUAL_SECRET, ...file };
}

/** `value` without the keys that have their usual value. */
export function without<T extends object>(value: T, usual: Partial<T>): Partial<T> {
  const rest: Partial<T> = { ...value };
  for (const key in usual) if (same(value[key], usual[key])) delete rest[key];
  return rest;
}
