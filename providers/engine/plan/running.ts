import type { Desired } from "../kinds/desired.ts";
import { UNIT_FILES, type UnitName } from "../kinds/names.ts";
import { foundProbes } from "../kinds/probe.ts";
import { isAnyStale, withServices, workOn } from "../kinds/unit/spec.ts";
import { entries, not, union } from "../records.ts";
import type { Observed } from "../state/observed.ts";
import type { Owned } from "../state/owned.ts";
import type { Step } from "./step.ts";

interface Resource {
  readonly desired: Desired;
  readonly owned: Owned;
  readonly observed: Observed;
}

/**
 * Steps that bring units into their state after `changes`. What the kernel holds comes first: whether the host can still
 * be reached is known before the rest is done.
 */
export function running({ desired, owned, observed }: Resource, changes: readonly Step[]): Step[] {
  const written = changes.flatMap((step) => (step.do === "write" ? [step.path] : []));
  const work = workOn(desired.units, observed.units, written);
  const unwell = unhealthy(desired, observed);
  // what is on its way up may wait for a program that is not healthy: started with it, it is heard as soon as it fails
  const waiting = unwell.length > 0 ? work.settle : [];
  const starts = withServices([...work.start, ...unwell, ...waiting], desired.units);
  const reloads = work.reload.filter((unit) => !starts.includes(unit));
  const mayCutOff = (unit: UnitName) => desired.units[unit]?.check != null && desired.units[unit].mayCutOff;
  const isOfUnitFile = changes.some((step) => isOfFile(step) && step.path.startsWith(UNIT_FILES));
  const isStale = isOfUnitFile || work.enable.length > 0 || isAnyStale(desired.units, observed.units);
  const tells =
    starts.length === 0 && changes.some((step) => isOfFile(step) && !step.path.startsWith(UNIT_FILES));
  return [
    ...some("enable", work.enable),
    ...(isStale ? [{ do: "reload-systemd" } as const] : []),
    ...someInKernel("start", starts.filter(mayCutOff)),
    ...someInKernel("reload", reloads.filter(mayCutOff)),
    ...some("start", starts.filter(not(mayCutOff))),
    ...some(
      "settle",
      work.settle.filter((unit) => !starts.includes(unit)),
    ),
    ...some("reload", reloads.filter(not(mayCutOff))),
    ...some("tell", tells ? runningReaders(desired, owned, observed) : []),
  ];
}

function unhealthy({ probes }: Desired, observed: Observed): UnitName[] {
  const found = foundProbes(probes, observed.probes, (unit) => observed.units[unit]?.active === "active");
  return entries(found).flatMap(([, { healthy, unit }]) => (healthy ? [] : [unit]));
}

function isOfFile(step: Step): step is Step<"write" | "remove"> {
  return step.do === "write" || step.do === "remove";
}

function runningReaders(desired: Desired, owned: Owned, { units }: Observed): UnitName[] {
  return union(desired.readers, owned.readers).filter((unit) => units[unit]?.active === "active");
}

function some(what: "enable" | "start" | "settle" | "reload" | "tell", units: readonly UnitName[]): Step[] {
  return units.length > 0 ? [{ do: what, units }] : [];
}

function someInKernel(what: "start" | "reload", units: readonly UnitName[]): Step[] {
  return units.length > 0 ? [{ do: what, units, inKernel: true }] : [];
}
