import type { ObservedUnit, OwnedUnit } from "../../../providers/engine/kinds/unit/spec.ts";
import { entries } from "../../../providers/engine/records.ts";
import type { Observed } from "../../../providers/engine/state/observed.ts";

/**
 * What on a host differs from what was made there, as far as it can tell by itself: what is missing, what does not run,
 * what units made in the kernel and is there no more. That a file was edited only Pulumi can tell.
 */
export function driftOf({ manifests, files, units }: Observed): string[] {
  return entries(manifests).flatMap(([key, { owned }]) => {
    if (owned === null) return [`the manifest of ${key} cannot be read`];
    const missing = owned.files
      .filter((path) => files[path] === undefined)
      .map((path) => `${path} is missing`);
    return [...missing, ...entries(owned.units).flatMap(([unit, how]) => unitDrift(unit, how, units[unit]))];
  });
}

/** Exit status of the command that looks at what a unit has in the kernel. */
const INTACT = 0;

function unitDrift(name: string, { check }: OwnedUnit, unit: ObservedUnit | undefined): string[] {
  if (unit === undefined) return [`${name} is missing`];
  if (unit.masked) return [`${name} is masked`];
  if (unit.active === "failed") return [`${name} has failed`];
  if (unit.active !== "active") return [`${name} is not running`];
  if (unit.stale) return [`the file of ${name} was changed after it was loaded`];
  const isIntact = check === null || unit.check === INTACT;
  return isIntact ? [] : [`what ${name} made in the kernel was changed`];
}
