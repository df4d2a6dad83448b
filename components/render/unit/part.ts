import { type Desired, NOTHING } from "../../../providers/engine/kinds/desired.ts";
import { UNIT_FILES } from "../../../providers/engine/kinds/names.ts";
import { readable } from "./files.ts";
import { type UnitText, unitFile } from "./unit-file.ts";

/** What a place, a link, a door or a server adds to the resource that it is a part of. */
export type Part = Partial<Omit<Desired, "units">> & { readonly units?: readonly UnitText[] };

/**
 * Everything that `parts` add, in their order; of each unit its file, and the state it must be in. At most one of
 * them may `leave`.
 *
 * @throws Error if two of them name the same thing (a bug in a renderer): one of both would be lost.
 */
export function desiredOf(...parts: readonly Part[]): Desired {
  const units = parts
    .flatMap((part) => part.units ?? [])
    .map((unit) => ({ ...unitFile(unit), name: unit.name }));
  return {
    ...NOTHING,
    files: unique([
      ...units.map(({ name, text }) => [`${UNIT_FILES}${name}`, readable(text)] as const),
      ...entriesOf(parts.map((part) => part.files)),
    ]),
    units: unique(units.map(({ name, spec }) => [name, spec])),
    kernel: unique(entriesOf(parts.map((part) => part.kernel))),
    packages: unique(entriesOf(parts.map((part) => part.packages))),
    downloads: unique(entriesOf(parts.map((part) => part.downloads))),
    probes: unique(entriesOf(parts.map((part) => part.probes))),
    readers: parts.flatMap((part) => part.readers ?? []),
    requirements: parts.flatMap((part) => part.requirements ?? []),
    leave: parts.find((part) => part.leave)?.leave ?? null,
  };
}

type Named<Value> = readonly (readonly [name: string, value: Value])[];

function entriesOf<Value>(records: readonly (Readonly<Record<string, Value>> | undefined)[]): Named<Value> {
  return records.flatMap((record) => Object.entries(record ?? {}));
}

function unique<Value>(named: Named<Value>): Record<string, Value> {
  const names = named.map(([name]) => name);
  const twice = names.filter((name, index) => names.indexOf(name) < index);
  if (twice.length > 0) throw new Error(`named twice: ${twice.join(", ")}`);
  return Object.fromEntries(named);
}
