import type { HostPath, UnitName } from "./names.ts";

/** What a program answered, in the form in which it may be shown and kept. */
export interface ProbeAnswer {
  readonly healthy: boolean;
  /** Kept in the outputs of the resource, and compared at each look: the same as long as nothing changes. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** What is wrong, or soon will be, a sentence each; said whenever the resource is changed or refreshed. */
  readonly warnings: readonly string[];
  /** Why it is not healthy, if it is not, as it completes "cannot …: "; and what to do about it, where that is certain. */
  readonly trouble: { readonly because: string; readonly remedy: string | null } | null;
  /** What it complains of, a line each: evidence of an error, not kept. */
  readonly complaints: readonly string[];
}

/** By socket. `null`: no answer. Not in it: the host lacks a program to ask with. */
export type ProbeAnswers = Readonly<Record<HostPath, ProbeAnswer | null>>;

/** A way of asking programs of one make, see `register`. */
export interface ProbeKind {
  /** Word in desired states and manifests; also the end of the function's name: `probe_<kind>`. */
  readonly kind: string;
  /** Part of the shell program, with a function `probe_<kind> SOCKET…` that prints what `answers` reads. */
  readonly program: string;
  /** What the program of the resource `key` is there for, in the words of errors: `log in to tailnet work`. */
  task(key: string): string;
  answers(lines: readonly string[]): ProbeAnswers;
}

/** What must happen before a resource is removed, because no other place can do it afterwards. */
export interface LeaveSpec {
  /** Of a {@link LeaveKind} that was registered. */
  readonly kind: string;
  /** Command that does it. */
  readonly program: HostPath;
  /** Of the running program that is asked. */
  readonly socket: HostPath;
  /** Without this file the program cannot be asked any more. */
  readonly config: HostPath;
  /**
   * What is left, for example the URL of a server; before another one is served, this one is left. Not there in what
   * was written before it was noted.
   */
  readonly from?: string;
  /** The unit that must run for it. */
  readonly unit: UnitName;
  /** 1 to 300. When it is over, removal goes on with a warning. */
  readonly deadlineSeconds: number;
}

/** A way of leaving, see `register`. */
export interface LeaveKind {
  /** Word in desired states and manifests. */
  readonly kind: string;
  /** Part of the shell program, with the function that is called. */
  readonly program: string;
  /** Its arguments are PROGRAM SOCKET CONFIG UNIT SECONDS FROM; it warns and never fails for want of an answer. */
  readonly call: string;
  /** The step in the words of errors: `log out tsproxy-work-tailscaled.service`. */
  words(leave: LeaveSpec): string;
  /** What a change by which it must leave will do, and what that costs: `logs the node out`. */
  announcement(leave: LeaveSpec): string;
  /** What to say where `config` is gone, so that it cannot be done. */
  impossible(leave: LeaveSpec): string;
}

/** What the engine is taught by those who use it: how to ask a program, and how to make it leave. */
export interface Extension {
  readonly probes: readonly ProbeKind[];
  readonly leaves: readonly LeaveKind[];
}

const probes = new Map<string, ProbeKind>();
const leaves = new Map<string, LeaveKind>();

/** Makes the kinds of `extension` known to this process; one that is known by that name is replaced. */
export function register(extension: Extension): void {
  for (const kind of extension.probes) probes.set(kind.kind, kind);
  for (const kind of extension.leaves) leaves.set(kind.kind, kind);
}

export function probeKinds(): readonly ProbeKind[] {
  return [...probes.values()];
}

export function leaveKinds(): readonly LeaveKind[] {
  return [...leaves.values()];
}

/** @throws Error for a kind that was not registered */
export function probeKind(kind: string): ProbeKind {
  return known(probes, kind);
}

/** A manifest with a kind that was not registered was written by another release, or is none. */
export function isLeaveKind(kind: string | undefined): kind is string {
  return kind !== undefined && leaves.has(kind);
}

/** @throws Error for a kind that was not registered */
export function leaveKind(kind: string): LeaveKind {
  return known(leaves, kind);
}

function known<Kind>(kinds: ReadonlyMap<string, Kind>, kind: string): Kind {
  const found = kinds.get(kind);
  if (found === undefined) throw new Error(`the engine was taught nothing called "${kind}"`);
  return found;
}
