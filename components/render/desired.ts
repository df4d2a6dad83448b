import type { Desired } from "../../providers/engine/kinds/desired.ts";
import type { FileSpec } from "../../providers/engine/kinds/file.ts";
import type { HostPath, UnitName } from "../../providers/engine/kinds/names.ts";
import type { UnitSpec } from "../../providers/engine/kinds/unit/spec.ts";
import { type UnitText, unitFile } from "./unit-file.ts";

/** A file that anybody on the host may read. */
export function text(content: string): FileSpec {
  return { mode: "0644", content };
}

/** A script that anybody may read and run. */
export function script(content: string): FileSpec {
  return { mode: "0755", content };
}

/** The unit files of `units`, and the state each unit must be in. */
export function withUnits(units: readonly UnitText[]): Pick<Desired, "files" | "units"> {
  const files: Record<HostPath, FileSpec> = {};
  const specs: Record<UnitName, UnitSpec> = {};
  for (const unit of units) {
    const { text: content, spec } = unitFile(unit);
    files[`/etc/systemd/system/${unit.name}`] = text(content);
    specs[unit.name] = spec;
  }
  return { files, units: specs };
}
