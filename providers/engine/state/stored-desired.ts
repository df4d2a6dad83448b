import { type Desired, NOTHING } from "../kinds/desired.ts";
import type { UnitName } from "../kinds/names.ts";
import type { UnitSpec } from "../kinds/unit/spec.ts";
import { mapValues, without } from "../records.ts";
import { type Parts1, partsIn1 } from "./format-1.ts";

/** A `Desired` as the inputs of a resource hold it: without what most resources do not have. */
export type StoredDesired = Pick<Desired, "files"> &
  Partial<Omit<Desired, "files" | "units" | keyof Parts1>> &
  Parts1 & {
    readonly units: Readonly<Record<UnitName, UnitInInputs>>;
  };

/** Only what no drift can show may be left out: in a diff a value would be gone, and nothing in its place. */
type UnitInInputs = Omit<UnitSpec, keyof typeof USUAL_UNIT> & Partial<UnitSpec>;

const USUAL_UNIT = { check: null, mayCutOff: true, clean: false } as const;

export function storedDesired({ files, units, ...rest }: Desired): StoredDesired {
  return {
    ...without(rest, NOTHING),
    files,
    units: mapValues(units, ({ check, mayCutOff, clean, ...unit }) => ({
      ...unit,
      ...without({ check, mayCutOff, clean }, USUAL_UNIT),
    })),
  };
}

/** The reverse of {@link storedDesired}, also for what earlier builds have stored. */
export function desiredIn({ units, requirements, kernel, probes, leave, ...rest }: StoredDesired): Desired {
  return {
    ...NOTHING,
    ...rest,
    ...partsIn1({ requirements, kernel, probes, leave }),
    units: mapValues(units, (unit) => ({ ...USUAL_UNIT, ...unit })),
  };
}
