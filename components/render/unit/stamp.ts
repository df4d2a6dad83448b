import { createHash } from "node:crypto";
import { RUN, STAMP_SCRIPT } from "../names.ts";
import { fill } from "../template.ts";
import type { Entry, Section } from "./text.ts";

/** Fingerprints of what a unit was started with, and of what it has read again since. */
export interface Stamps {
  readonly started: string;
  /** `null`: the unit cannot be reloaded. */
  readonly reloaded: string | null;
}

/** Text of the script at `STAMP_SCRIPT`, the Gateway's file that the units of all tailnets call. */
export function stampScript(): string {
  return fill("unit/stamp", { run: RUN });
}

/** Fingerprint of everything in `inputs`, in order: 12 hex digits. */
export function stamp(...inputs: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(inputs), "utf8").digest("hex").slice(0, 12);
}

/**
 * The section of a process, with lines that write down its stamps.
 *
 * `+`: with full privileges, whatever the sandbox of the unit. `-`: a process does not stop for want of a stamp;
 * one that is missing or old is drift.
 */
export function withStamps([name, entries]: Section, { started, reloaded }: Stamps): Section {
  if (name !== "Service" && name !== "Socket") return [name, entries];
  const note = (...stamps: readonly string[]) => [`-+${STAMP_SCRIPT} %n`, ...stamps].join(" ");
  if (reloaded === null) return [name, [...entries, ["ExecStartPost", note(started)]]];
  const lines: Entry[] = [
    ["ExecStartPost", note(started, reloaded)],
    ["ExecReload", note("-", reloaded)],
  ];
  return [name, [...entries, ...lines]];
}
