import type { UnitName } from "../../../providers/engine/kinds/names.ts";
import type { UnitSpec } from "../../../providers/engine/kinds/unit/spec.ts";
import { isSandboxed, sandbox } from "./sandbox.ts";
import { type ReadFiles, stamp, withStamps } from "./stamp.ts";
import { type Section, unitText } from "./text.ts";

export interface UnitText {
  readonly name: UnitName;
  readonly sections: readonly Section[];
  /** Files that its process reads at start and never again. What else demands a restart is said by a line `X-…` of [Unit]. */
  readonly readAtStart?: ReadFiles;
  /** Files that its process reads at start and on reload. */
  readonly readOnReload?: ReadFiles;
  /** See `UnitSpec.check`. Without it the unit counts as intact. */
  readonly check?: readonly string[];
  /** See `UnitSpec.mayCutOff`. @default true */
  readonly mayCutOff?: boolean;
  /** See `UnitSpec.clean`. @default false */
  readonly clean?: boolean;
}

/**
 * A unit file, and the state the unit must be in: running, and enabled if it has an [Install] section.
 *
 * The unit itself writes down what it was started with: `/run/tsproxy/<unit>.started` and `.reloaded` hold the stamps
 * that `STAMP_SCRIPT` makes of its files after each start and each reload. A start by systemd alone (a boot, a crash)
 * therefore counts as much as one by the engine, and one with a file that was edited does not.
 */
export function unitFile(unit: UnitText): { readonly text: string; readonly spec: UnitSpec } {
  const { name, sections, readAtStart = {}, readOnReload = {} } = unit;
  const { check = null, mayCutOff = true, clean = false } = unit;
  const around = isSandboxed(name) ? [sandbox()] : [];
  const isReloaded = isReloadable(sections);
  const stamped = {
    started: Object.keys(readAtStart),
    reloaded: isReloaded ? Object.keys(readOnReload) : null,
  };
  const text = unitText(sections.map((section) => withStamps(section, stamped)));
  return {
    text,
    spec: {
      active: true,
      enabled: sections.some(([name]) => name === "Install") ? true : null,
      masked: false,
      intact: true,
      started: stamp([text, ...around, ...Object.values(readAtStart)]),
      reloaded: isReloaded ? stamp(Object.values(readOnReload)) : "",
      check,
      mayCutOff,
      clean: clean && directoriesOf(sections),
    },
  };
}

/** Names of the directories that systemd keeps for a unit and that outlive it. */
function directoriesOf(sections: readonly Section[]): string[] {
  const kept = ["StateDirectory", "CacheDirectory", "LogsDirectory"];
  const values = sections.flatMap(([, entries]) => entries.filter(([key]) => kept.includes(key)));
  return [...new Set(values.flatMap(([, value]) => value.split(" ")))];
}

function isReloadable(sections: readonly Section[]): boolean {
  return sections.some(([, entries]) => entries.some(([key]) => key === "ExecReload"));
}
