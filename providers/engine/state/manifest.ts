import type { Identity } from "../kinds/desired.ts";
import type { HostPath } from "../kinds/names.ts";
import { linesOf, type Owned, ownedIn } from "./owned.ts";

/** What a resource owns on this host, as the host itself remembers it. */
export interface Manifest {
  readonly project: string;
  readonly stack: string;
  /** Of the resource that wrote it. */
  readonly nonce: string;
  /** What the gateway is called that the resource stands on; `null` where that was not noted. */
  readonly gateway: string | null;
  /** `null`: not readable as a manifest. */
  readonly owned: Owned | null;
  /** Its text, to see whether it must be written again. */
  readonly text: string;
}

export type Manifests = Readonly<Record<string, Manifest>>;

/** Format 1, of the builds up to 0.1.0, did not say which gateway a resource stands on. */
const HEAD = /^tsproxy (?:1 (\S+) (\S+) (\S+)|2 (\S+) (\S+) (\S+) (\S+))$/;
const FORMATS: readonly string[] = ["1", "2"];
const NONE = "-";

/** The gateway's manifest, by its key. */
export const GATEWAY = "gateway";

/** @param gateway what the gateway is called that the resource stands on, its own name for the gateway itself */
export function manifestText(
  { project, stack, nonce = NONE }: Identity,
  gateway: string | null,
  owned: Owned,
): string {
  const head = `tsproxy 2 ${project} ${stack} ${nonce} ${gateway ?? NONE}`;
  return [head, ...linesOf(owned)].map((line) => `${line}\n`).join("");
}

export function manifestIn(lines: readonly string[]): Manifest {
  const [head = "", ...rest] = lines;
  const [, ...words] = HEAD.exec(head) ?? [];
  const [project = "", stack = "", nonce = "", gateway = NONE] = words.filter((word) => word !== undefined);
  const owned = project === "" ? null : ownedIn(rest);
  const text = lines.map((line) => `${line}\n`).join("");
  return { project, stack, nonce, gateway: gateway === NONE ? null : gateway, owned, text };
}

/** Whether that resource wrote it and owns just that, whatever gateway and format the manifest has. */
export function isNotedBy(manifest: Manifest | undefined, identity: Identity, owned: Owned): boolean {
  if (manifest === undefined) return false;
  const { project, stack, nonce = NONE } = identity;
  const isItsOwn = manifest.project === project && manifest.stack === stack && manifest.nonce === nonce;
  return isItsOwn && manifest.text === `${[headOf(manifest.text), ...linesOf(owned)].join("\n")}\n`;
}

/** First line of a manifest: whose it is. */
export function headOf(text: string): string {
  return text.split("\n")[0] ?? "";
}

/** The format that a newer release has written it in; `null` for one of this release, and for no manifest. */
export function newerFormat(manifest: Manifest | undefined): string | null {
  const [, format] = /^tsproxy (\d+) /.exec(manifest?.text ?? "") ?? [];
  return format === undefined || FORMATS.includes(format) ? null : format;
}

/** The resource's manifest on the host. */
export function manifestPath(key: string): HostPath {
  return `/var/lib/tsproxy/${key}.manifest`;
}

/** Whose a manifest is, in the words of an error. */
export function ownerOf(key: string, manifest: Manifest): string {
  return manifest.project === "" ? `${key} (unreadable manifest)` : `${key} of stack ${stackOf(manifest)}`;
}

export function stackOf({ project, stack }: Manifest): string {
  return `${project}/${stack}`;
}
