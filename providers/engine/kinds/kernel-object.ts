import { namedThings, type StepOf, type StepTable } from "./kind.ts";
import type { UnitName } from "./names.ts";

/**
 * Something that a unit makes in the kernel: a table with its family, `table inet tsproxy`; a rule with its priority and
 * what it is about, `rule 5200 to 10.200.0.4/30`, `rule6` where that is IPv6; a mount with its path.
 */
export type KernelObject = `${KernelKind} ${string}`;

export type KernelKind = "namespace" | "interface" | "table" | "rule" | "rule6" | "mount";

/**
 * What the units of a resource make in the kernel, by unit. Before the first change nothing of these names may be there;
 * what a unit has come to be unable to remove is taken away with the resource.
 */
export type KernelSpecs = Readonly<Record<UnitName, readonly KernelObject[]>>;

export const ownedKernelObjects = namedThings(
  "kernel",
  (specs: KernelSpecs): readonly string[] => Object.values(specs).flat(),
  (words) => (words.length > 0 ? words.join(" ") : null),
  (object) => object.split(" "),
);

export interface KernelSteps {
  /** As a rule the units have taken it away themselves. */
  unmake: { readonly objects: readonly string[] };
}

export const kernelSteps: StepTable<KernelSteps> = {
  unmake: {
    phase: "prepare",
    call: ({ objects }) => ["unmake", ...objects],
    words: ({ objects }) => `take away ${objects.join(", ")}`,
  },
};

export function unmaking(specs: KernelSpecs, owned: readonly string[]): StepOf<KernelSteps>[] {
  const wanted = ownedKernelObjects.of(specs);
  const objects = owned.filter((object) => !wanted.includes(object));
  return objects.length > 0 ? [{ do: "unmake", objects }] : [];
}

const REMOVAL: ReadonlyMap<string, string> = new Map([
  ["namespace", "ip netns del"],
  ["interface", "ip link del dev"],
  ["table", "nft delete table"],
  ["rule", "ip rule del pref"],
  ["rule6", "ip -6 rule del pref"],
  ["mount", "umount"],
]);

/** What stands in the way of a resource, and the commands that remove it. */
export function inTheWay(objects: readonly KernelObject[]): string {
  const removals = objects.map((object) => object.replace(/^\S+/, (kind) => REMOVAL.get(kind) ?? kind));
  return `what this resource would make in the kernel is there already and was not made by this stack: ${objects.join(", ")}; choose another name, or remove it: ${removals.join("; ")}`;
}
