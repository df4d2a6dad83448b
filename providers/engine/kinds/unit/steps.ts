import { keys } from "../../records.ts";
import type { StepOf, StepTable } from "../kind.ts";
import type { UnitName } from "../names.ts";
import type { ObservedUnits, OwnedUnits, UnitSpecs } from "./spec.ts";

interface OfUnits {
  readonly units: readonly UnitName[];
}

/** `inKernel`: the units own firewall rules, routes or links, so the step may cut the connection to the host. */
interface MayCut extends OfUnits {
  readonly inKernel?: true;
}

export interface UnitSteps {
  stop: OfUnits;
  /** Units that systemd does not know any more: their files were deleted, what enabled them may be there. */
  disable: OfUnits;
  clean: OfUnits;
  /** State, cache and log directories, whether or not a unit's file still tells of them. */
  wipe: { readonly directories: readonly string[] };
  enable: OfUnits;
  "reload-systemd": object;
  start: MayCut;
  settle: OfUnits;
  reload: MayCut;
}

const words = (verb: string) => (step: OfUnits) => `${verb} ${step.units.join(" ")}`;
const call = (name: string) => (step: OfUnits) => [name, ...step.units];

export const unitSteps: StepTable<UnitSteps> = {
  stop: { phase: "prepare", call: call("stop"), words: words("stop") },
  disable: { phase: "prepare", call: call("disable"), words: words("disable") },
  clean: { phase: "prepare", call: call("clean"), words: words("delete the state of") },
  wipe: {
    phase: "prepare",
    call: ({ directories }) => ["wipe", ...directories],
    words: ({ directories }) => `delete the state in ${directories.join(" ")}`,
  },
  enable: { phase: "prepare", call: call("enable"), words: words("enable") },
  "reload-systemd": { phase: "reload", call: () => ["systemd_reload"], words: () => "reload systemd" },
  start: {
    phase: ({ inKernel }) => (inKernel === true ? "kernel" : "start"),
    call: call("start"),
    words: words("start"),
  },
  settle: { phase: "finish", call: call("settle"), words: words("wait for") },
  reload: {
    phase: ({ inKernel }) => (inKernel === true ? "kernel" : "finish"),
    call: call("reload"),
    words: words("reload"),
  },
};

/** Units that are owned and no longer wanted, in both cases by name. */
function unwanted(wanted: UnitSpecs, owned: OwnedUnits): UnitName[] {
  return keys(owned).filter((unit) => !(unit in wanted));
}

export function stopping(
  wanted: UnitSpecs,
  owned: OwnedUnits,
  observed: ObservedUnits,
): StepOf<UnitSteps, "stop" | "disable">[] {
  const known = unwanted(wanted, owned).filter((unit) => unit in observed);
  const unknown = unwanted(wanted, owned).filter((unit) => !(unit in observed));
  return [
    ...(known.length > 0 ? [{ do: "stop", units: known } as const] : []),
    ...(unknown.length > 0 ? [{ do: "disable", units: unknown } as const] : []),
  ];
}

/** By the unit where its file tells of the directories, else by their names: the file can be gone. */
export function cleaning(
  wanted: UnitSpecs,
  owned: OwnedUnits,
  observed: ObservedUnits,
): StepOf<UnitSteps, "clean" | "wipe">[] {
  const gone = unwanted(wanted, owned);
  const units = gone.filter((unit) => unit in observed && owned[unit]?.clean === true);
  const directories = gone.flatMap((unit) => {
    const clean = owned[unit]?.clean ?? false;
    return typeof clean === "boolean" ? [] : clean;
  });
  return [
    ...(units.length > 0 ? [{ do: "clean", units } as const] : []),
    ...(directories.length > 0 ? [{ do: "wipe", directories: [...new Set(directories)] } as const] : []),
  ];
}
