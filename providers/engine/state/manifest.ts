import type { Identity } from "../kinds/desired.ts";
import type { HostPath } from "../kinds/names.ts";
import { linesOf, type Owned, ownedIn } from "./owned.ts";

/** What a resource owns on this host, as the host itself remembers it. */
export interface Manifest {
  readonly project: string;
  readonly stack: string;
  /** Of the resource that wrote it. */
  readonly nonce: string;
  /** `null`: not readable as a manifest. */
  readonly owned: Owned | null;
  /** Its text, to see whether it must be written again. */
  readonly text: string;
}

export type Manifests = Readonly<Record<string, Manifest>>;

const FORMAT = "1";

export function manifestText({ project, stack, nonce = "-" }: Identity, owned: Owned): string {
  return [`tsproxy ${FORMAT} ${project} ${stack} ${nonce}`, ...linesOf(owned)]
    .map((line) => `${line}\n`)
    .join("");
}

export function manifestIn(lines: readonly string[]): Manifest {
  const [head = "", ...rest] = lines;
  const [, project = "", stack = "", nonce = ""] = /^tsproxy 1 (\S+) (\S+) (\S+)$/.exec(head) ?? [];
  const owned = project === "" ? null : ownedIn(rest);
  return { project, stack, nonce, owned, text: lines.map((line) => `${line}\n`).join("") };
}

/** First line of a manifest: whose it is. */
export function headOf(text: string): string {
  return text.split("\n")[0] ?? "";
}

/** The format that a newer release has written it in; `null` for one of this release, and for no manifest. */
export function newerFormat(manifest: Manifest | undefined): string | null {
  const [, format = FORMAT] = /^tsproxy (\d+) /.exec(manifest?.text ?? "") ?? [];
  return format === FORMAT ? null : format;
}

/** The resource's manifest on the host. */
export function manifestPath(key: string): HostPath {
  return `/var/lib/tsproxy/${key}.manifest`;
}

/** Whose a manifest is, in the words of an error. */
export function ownerOf(key: string, { project, stack }: Manifest): string {
  return project === "" ? `${key} (unreadable manifest)` : `${key} of stack ${project}/${stack}`;
}
