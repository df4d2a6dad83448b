/**
 * The one place where the benchmark imports what it measures. What the package exports comes by its name, as users
 * import it; the rest of this list has no public export and comes by path.
 */
export { resourcesFrom } from "../components/resources.ts";
export type { HostStateArgs } from "../providers/host-state.ts";
export type HostStateModule = typeof import("../providers/host-state.ts");
export { FORWARDING_UNIT, HOST_DNS_UNIT, STAMP_SCRIPT, tailnetNames } from "../components/render/names.ts";
export { type Desired, NOTHING } from "../providers/engine/kinds/desired.ts";
export type { FileSpec } from "../providers/engine/kinds/file.ts";
export type { HostPath, UnitName } from "../providers/engine/kinds/names.ts";
export type { Requirement } from "../providers/engine/kinds/requirement.ts";
export { entries, mapValues } from "../providers/engine/records.ts";
