import type { UnitName } from "../../../providers/engine/kinds/names.ts";
import type { UnitSpec } from "../../../providers/engine/kinds/unit/spec.ts";
import { isSandboxed, sandbox } from "./sandbox.ts";
import { stamp, withStamps } from "./stamp.ts";
import { type Entry, type Section, unitText } from "./text.ts";

export interface UnitText {
  readonly name: UnitName;
  readonly sections: readonly Section[];
  /** Contents of the files that its process reads at start and never again. */
  readonly readAtStart?: readonly string[];
  /** Contents of the files that its process reads at start and on reload. */
  readonly readOnReload?: readonly string[];
  /** See `UnitSpec.check`. Without it the unit counts as intact. */
  readonly check?: readonly string[];
  /** See `UnitSpec.clean`. @default false */
  readonly clean?: boolean;
}

/**
 * A unit file, and the state the unit must be in: running, and enabled if it has an [Install] section.
 *
 * The unit itself writes down what it was started with: `/run/tsproxy/<unit>.started` and `.reloaded`
 * hold the stamps of `spec`, put there by `STAMP_SCRIPT` after each start and each reload. A start by systemd
 * alone (a boot, a crash) therefore counts as much as one by the engine.
 */
export function unitFile(unit: UnitText): { readonly text: string; readonly spec: UnitSpec } {
  const { sections, readOnReload = [], check = null, clean = false } = unit;
  const started = startStamp(unit);
  const reloaded = isReloadable(sections) ? stamp(...readOnReload) : null;
  return {
    text: unitText(sections.map((section) => withStamps(section, { started, reloaded }))),
    spec: {
      active: true,
      enabled: sections.some(([name]) => name === "Install") ? true : null,
      masked: false,
      intact: true,
      started,
      reloaded: reloaded ?? "",
      check,
      clean: clean && directoriesOf(sections),
    },
  };
}

/** Of all that a start reads: the unit, the sandbox that systemd adds to it, and files. */
function startStamp({ name, sections, readAtStart = [] }: UnitText): string {
  const around = isSandboxed(name) ? [sandbox()] : [];
  return stamp(unitText(sections.map(withoutReload)), ...around, ...readAtStart);
}

/** Names of the directories that systemd keeps for a unit and that outlive it. */
function directoriesOf(sections: readonly Section[]): string[] {
  const kept = ["StateDirectory", "CacheDirectory", "LogsDirectory"];
  const values = sections.flatMap(([, entries]) => entries.filter(([key]) => kept.includes(key)));
  return [...new Set(values.flatMap(([, value]) => value.split(" ")))];
}

function isReloadable(sections: readonly Section[]): boolean {
  return sections.some(([, entries]) => entries.some(isReload));
}

function isReload([key]: Entry): boolean {
  return key === "ExecReload";
}

function withoutReload([name, entries]: Section): Section {
  return [name, entries.filter((entry) => !isReload(entry))];
}
