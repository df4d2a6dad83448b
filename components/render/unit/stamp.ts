import { createHash } from "node:crypto";
import { type HostPath, UNIT_FILES } from "../../../providers/engine/kinds/names.ts";
import { CONFIG, RUN, SANDBOX_FILE, SANDBOXED, STAMP_SCRIPT } from "../names.ts";
import { fill } from "../template.ts";
import { command, type Entry, ON_THE_HOST, type Section } from "./text.ts";

/** Text of files that a process reads, by path, in the order in which their stamp is made. */
export type ReadFiles = Readonly<Record<HostPath, string>>;

/** Files of which a unit leaves stamps, beside its own and what systemd adds to it. */
export interface Stamped {
  readonly started: readonly string[];
  /** `null`: the unit cannot be reloaded. */
  readonly reloaded: readonly string[] | null;
}

/** Text of the script at `STAMP_SCRIPT`, the Gateway's file that the units of all tailnets call. */
export function stampScript(): string {
  return fill("unit/stamp", {
    run: RUN,
    config: CONFIG,
    units: UNIT_FILES,
    prefix: SANDBOXED,
    sandbox: SANDBOX_FILE,
  });
}

/** What that script notes of files with these texts: 12 hex digits. */
export function stamp(texts: readonly string[]): string {
  return createHash("sha256").update(texts.join(""), "utf8").digest("hex").slice(0, 12);
}

/** The stamp is of the files as the host has them: a process may have an /etc of its own. */
const SCRIPT = [...ON_THE_HOST, STAMP_SCRIPT];

/**
 * The section of a process, with lines that write down its stamps.
 *
 * `+`: with full privileges, whatever the sandbox of the unit. `-`: a process does not stop for want of a stamp;
 * one that is missing or old is drift.
 */
export function withStamps([name, entries]: Section, { started, reloaded }: Stamped): Section {
  if (name !== "Service" && name !== "Socket") return [name, entries];
  const note = (...files: readonly string[]) =>
    [`-${command(...SCRIPT)} %n`, ...files.map(fromConfig).map((file) => command(file))].join(" ");
  if (reloaded === null) return [name, [...entries, ["ExecStartPost", note(...started)]]];
  const lines: Entry[] = [
    ["ExecStartPost", note(...started, "--", ...reloaded)],
    ["ExecReload", note("-", "--", ...reloaded)],
  ];
  return [name, [...entries, ...lines]];
}

function fromConfig(path: string): string {
  return path.startsWith(`${CONFIG}/`) ? path.slice(CONFIG.length + 1) : path;
}
