import { NOTHING } from "../kinds/desired.ts";
import type { LeaveSpec } from "../kinds/extension.ts";
import { type FileOutlines, shortDigest } from "../kinds/file.ts";
import type { KernelKind, KernelObject, KernelSpecs } from "../kinds/kernel-object.ts";
import type { HostPath, UnitName } from "../kinds/names.ts";
import type { ProbeSpec } from "../kinds/probe.ts";
import type { Requirement } from "../kinds/requirement.ts";
import { mapValues } from "../records.ts";
import { type FileInState, filesAndUnits, type UnitInState } from "./format-2.ts";
import type { Outline } from "./outline.ts";

/**
 * Outlines of the builds up to 0.1.0: text or, in the first ones, an object with whole digests. Requirements were part
 * of what was compared, and those that something must be absent told what the units make in the kernel.
 */
export type StoredOutline1 = Partial<Omit<Outline, "files" | "units" | keyof Parts1>> &
  Parts1 & {
    readonly files: Readonly<Record<HostPath, FileInState>>;
    readonly units: Readonly<Record<UnitName, UnitInState>>;
  };

/**
 * Those parts of a desired state and of an outline that had another shape. Inputs say nothing of their format, and Pulumi
 * hands on those of an earlier build at each refresh: what has the present shape stays as it is.
 */
export interface Parts1 {
  readonly requirements?: readonly (Requirement | { readonly kind: "apt" } | Absent1)[];
  readonly kernel?: KernelSpecs;
  readonly probes?: Readonly<Record<string, ProbeSpec | Probe1>>;
  readonly leave?: LeaveSpec | Leave1 | null;
}

/** Once there was one for each object. */
type Absent1 = { readonly kind: "absent"; readonly unit: UnitName } & (
  | { readonly objects: readonly KernelObject[] }
  | { readonly object: KernelKind; readonly name: string }
);

type Probe1 = Omit<ProbeSpec, "healthy"> & { readonly loggedIn: boolean };

type Leave1 = Omit<LeaveSpec, "program" | "from"> & {
  readonly tailscale: HostPath;
  readonly server?: string;
};

const { files: _, units: __, ...USUAL } = NOTHING;

export function outlineIn1(stored: string | StoredOutline1): Outline {
  const outline: StoredOutline1 = typeof stored === "string" ? JSON.parse(stored) : stored;
  const { files, units, requirements, kernel, probes, leave, ...rest } = outline;
  const found = filesAndUnits(files, units);
  return {
    ...USUAL,
    ...rest,
    ...found,
    ...partsIn1({ requirements, kernel, probes, leave }),
    files: withShortDigests(found.files),
  };
}

/** Those parts in the present shape. */
export function partsIn1({
  requirements = [],
  kernel = {},
  probes = {},
  leave = null,
}: { readonly [P in keyof Parts1]: Parts1[P] | undefined }): Pick<Outline, keyof Parts1> {
  return {
    kernel: { ...kernelIn(requirements), ...kernel },
    requirements: requirements.flatMap(requirementIn),
    probes: mapValues(probes, probeIn),
    leave: leave === null ? null : leaveIn(leave),
  };
}

function probeIn(probe: ProbeSpec | Probe1): ProbeSpec {
  if (!("loggedIn" in probe)) return probe;
  const { loggedIn, ...rest } = probe;
  return { ...rest, healthy: loggedIn };
}

function withShortDigests(files: FileOutlines): FileOutlines {
  return mapValues(files, (file) =>
    "digest" in file ? { ...file, digest: shortDigest(file.digest) } : file,
  );
}

type Requirements1 = NonNullable<Parts1["requirements"]>;

function kernelIn(requirements: Requirements1): KernelSpecs {
  const kernel: Record<UnitName, KernelObject[]> = {};
  for (const requirement of requirements) {
    if (requirement.kind !== "absent") continue;
    const { unit } = requirement;
    kernel[unit] = [...(kernel[unit] ?? []), ...objectsOf(requirement)];
  }
  return kernel;
}

function objectsOf(absent: Absent1): readonly KernelObject[] {
  return "objects" in absent ? absent.objects : [`${absent.object} ${absent.name}`];
}

function requirementIn(requirement: Requirements1[number]): Requirement[] {
  if (requirement.kind === "absent") return [];
  return [requirement.kind === "apt" ? { kind: "package-manager" } : requirement];
}

function leaveIn(leave: LeaveSpec | Leave1): LeaveSpec {
  if (!("tailscale" in leave)) return leave;
  const { tailscale, server, ...rest } = leave;
  return { ...rest, program: tailscale, ...(server === undefined ? {} : { from: server }) };
}
