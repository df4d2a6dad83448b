import type { FileSpec } from "../../../providers/engine/kinds/file.ts";

/** A file that every process of the host may read. */
export function readable(content: string): FileSpec {
  return { mode: "0644", content };
}

/** A script that every process may read and run. */
export function executable(content: string): FileSpec {
  return { mode: "0755", content };
}
