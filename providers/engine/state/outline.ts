import type { Desired } from "../kinds/desired.ts";
import { foundDownloads } from "../kinds/download.ts";
import { type FileOutlines, fileOutlines, foundFiles, type Secrets } from "../kinds/file.ts";
import { foundPackages } from "../kinds/package.ts";
import { foundProbes } from "../kinds/probe.ts";
import { foundUnits } from "../kinds/unit/spec.ts";
import { same } from "../records.ts";
import type { Observed } from "./observed.ts";

/**
 * A `Desired` without its text, and without anything that says something about a secret: the form in which
 * "wanted" and "found" are compared. What the resource keeps of it in its outputs: see `storedOutline`.
 */
export type Outline = Omit<Desired, "files"> & { readonly files: FileOutlines };

export function outlineOf({ files, ...rest }: Desired): Outline {
  return { ...rest, files: fileOutlines(files) };
}

/**
 * The same outline with every value as it was found. {@link sameOutline} as `wanted` exactly when nothing drifted.
 * Things that are not there are left out.
 */
export function asFound(wanted: Outline, secrets: Secrets, observed: Observed): Outline {
  const { files, units, packages, downloads, probes } = observed;
  return {
    ...wanted,
    files: foundFiles(wanted.files, files, secrets),
    units: foundUnits(wanted.units, units),
    packages: foundPackages(wanted.packages, packages),
    downloads: foundDownloads(wanted.downloads, downloads, files),
    probes: foundProbes(wanted.probes, probes, (unit) => units[unit]?.active === "active"),
  };
}

/** Requirements are asked before a change and are no part of a host's state: other words for them change nothing. */
export function sameOutline(a: Outline, b: Outline): boolean {
  return same({ ...a, requirements: [] }, { ...b, requirements: [] });
}
