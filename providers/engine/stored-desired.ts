import { mapValues } from "./footprint.ts";
import { type Desired, NOTHING, type UnitName, type UnitSpec } from "./model.ts";
import { without } from "./stored-outline.ts";

/** A `Desired` as the inputs of a resource hold it: without what most resources do not have. */
export type StoredDesired = Pick<Desired, "files"> &
  Partial<Omit<Desired, "files" | "units">> & { readonly units: Readonly<Record<UnitName, StoredUnit>> };

/** Only what no drift can show may be left out: in a diff a value would be gone, and nothing in its place. */
type StoredUnit = Omit<UnitSpec, keyof typeof USUAL_UNIT> & Partial<UnitSpec>;

const USUAL_UNIT = { check: null, clean: false } as const;

export function storedDesired({ files, units, ...rest }: Desired): StoredDesired {
  return {
    ...without(rest, NOTHING),
    files,
    units: mapValues(units, ({ check, clean, ...unit }) => ({
      ...unit,
      ...without({ check, clean }, USUAL_UNIT),
    })),
  };
}

/** The reverse of {@link storedDesired}; one that was stored whole stays as it is. */
export function desiredIn({ units, ...rest }: StoredDesired): Desired {
  return { ...NOTHING, ...rest, units: mapValues(units, (unit) => ({ ...USUAL_UNIT, ...unit })) };
}
