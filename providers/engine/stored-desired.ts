import { mapValues } from "./footprint.ts";
import {
  type Desired,
  type FileSpec,
  type HostPath,
  NOTHING,
  type UnitName,
  type UnitSpec,
} from "./model.ts";
import { same } from "./outline.ts";

/** A wish as the inputs of a resource hold it: what is as in most of them is left out. */
export type StoredDesired = Partial<Omit<Desired, "files" | "units">> & {
  readonly files: Readonly<Record<HostPath, Pick<FileSpec, "content"> & Partial<FileSpec>>>;
  readonly units: Readonly<Record<UnitName, Pick<UnitSpec, "started"> & Partial<UnitSpec>>>;
};

export const USUAL_MODE = { mode: "0644" };
export const USUAL_UNIT: Omit<UnitSpec, "started"> = {
  active: true,
  enabled: true,
  masked: false,
  intact: true,
  reloaded: "",
  check: null,
  clean: false,
};

/** Of everything but files and units. */
export const { files: _, units: __, ...USUAL_REST } = NOTHING;

export function storedDesired({ files, units, ...rest }: Desired): StoredDesired {
  return {
    ...without(rest, USUAL_REST),
    files: mapValues(files, ({ content, ...file }) => ({ ...without(file, USUAL_MODE), content })),
    units: mapValues(units, ({ started, ...unit }) => ({ ...without(unit, USUAL_UNIT), started })),
  };
}

/** The reverse of {@link storedDesired}; a wish that was stored whole is one too. */
export function desiredIn({ files, units, ...rest }: StoredDesired): Desired {
  return {
    ...USUAL_REST,
    ...rest,
    files: mapValues(files, (file) => ({ ...USUAL_MODE, ...file })),
    units: mapValues(units, (unit) => ({ ...USUAL_UNIT, ...unit })),
  };
}

/** `value` without the keys that have their usual value. */
export function without<T extends object>(value: T, usual: Partial<T>): Partial<T> {
  const rest: Partial<T> = { ...value };
  for (const key in usual) if (same(value[key], usual[key])) delete rest[key];
  return rest;
}
