import type { FileSpec } from "../../../providers/engine/kinds/file.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";

/** A file that every process of the host may read. */
export function readable(content: string): FileSpec {
  return { mode: "0644", content };
}

/** A script that every process may read and run. */
export function executable(content: string): FileSpec {
  return { mode: "0755", content };
}

/** The same for each text, at its path. */
export function allReadable(texts: Readonly<Record<HostPath, string>>): Record<HostPath, FileSpec> {
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, readable(text)]));
}

/** Scripts at their paths. */
export function executables(texts: Readonly<Record<HostPath, string>>): Record<HostPath, FileSpec> {
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, executable(text)]));
}
