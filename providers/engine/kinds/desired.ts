import type { DownloadSpecs } from "./download.ts";
import type { LeaveSpec } from "./extension.ts";
import type { FileSpecs } from "./file.ts";
import type { KernelSpecs } from "./kernel-object.ts";
import type { PackageSpecs } from "./package.ts";
import type { ProbeSpecs } from "./probe.ts";
import type { Readers } from "./reader.ts";
import type { Requirement } from "./requirement.ts";
import type { UnitSpecs } from "./unit/spec.ts";

/**
 * What one component wants of one host: plain JSON, stored as an input of the resource and shown in
 * previews. The kinds are closed; another one needs an ADR.
 */
export interface Desired {
  readonly files: FileSpecs;
  readonly units: UnitSpecs;
  readonly kernel: KernelSpecs;
  readonly packages: PackageSpecs;
  readonly downloads: DownloadSpecs;
  readonly probes: ProbeSpecs;
  readonly readers: Readers;
  /** What must happen before the resource is removed. */
  readonly leave: LeaveSpec | null;
  /** Checked on the host before the first change; all that fail are reported together. */
  readonly requirements: readonly Requirement[];
}

export const NOTHING: Desired = {
  files: {},
  units: {},
  kernel: {},
  packages: {},
  downloads: {},
  probes: {},
  readers: [],
  leave: null,
  requirements: [],
};

/** Which resource it is. Pulumi tells the engine nothing of it. */
export interface Identity {
  readonly project: string;
  readonly stack: string;
  /** Name on the host, unique there; also the name of the manifest: `gateway`, `tailnet-work`, `socks-work`, `dns-work`. */
  readonly key: string;
  /** Of several resources that were given this key one after the other: which one. Made by `create`. */
  readonly nonce?: string;
  /** Removed last of its stack on the host: takes along what interrupted runs of the stack left there. */
  readonly sweeps: boolean;
}
