import type { ObservedDownload } from "../../providers/engine/kinds/download.ts";
import type { Disk } from "./disk.ts";
import { Refusal } from "./refusal.ts";

export interface Archive {
  readonly sha256: string;
  readonly members: Readonly<Record<string, string>>;
  /** The server, `https://host/`, that is said to have it. @default that of the URL */
  readonly at?: string;
}

/** What the host finds on the internet, by URL. */
export type Internet = Record<string, Archive>;

/** Nothing is in place before its digest is right. */
export function download(
  disk: Disk,
  internet: Internet,
  step: { path: string; url: string; sha256: string; members: Readonly<Record<string, string>> },
): void {
  const archive = internet[step.url];
  if (archive === undefined) throw new Refusal("curl: (22) The requested URL returned error: 404");
  if (archive.at !== undefined) throw new Refusal(`${step.url} leads elsewhere, to ${archive.at}`);
  if (archive.sha256 !== step.sha256) {
    throw new Refusal(`${step.url} has sha256 ${archive.sha256}, not ${step.sha256}`);
  }
  disk.remove(step.path);
  disk.makeDirectory(step.path);
  const stats = Object.entries(step.members).map(([name, mode]) => {
    const text = archive.members[name];
    if (text === undefined) throw new Refusal(`${step.url} holds no single file named ${name}`);
    disk.write(`${step.path}/${name}`, text, mode);
    return `${name} ${statOf(disk, `${step.path}/${name}`)}`;
  });
  disk.write(`${step.path}/.archive`, [step.sha256, ...stats].map((line) => `${line}\n`).join(""));
}

export function foundDownload(disk: Disk, path: string): ObservedDownload | undefined {
  const [sha256, ...stats] = (disk.text(`${path}/.archive`) ?? "").split("\n").filter((line) => line !== "");
  if (sha256 === undefined) return undefined;
  const members = stats.map((line): [string, string] => [line.split(" ")[0] ?? "", line.split(" ")[1] ?? ""]);
  return { sha256, members: Object.fromEntries(members) };
}

/** `size:mtime`. */
export function statOf(disk: Disk, path: string): string {
  const entry = disk.get(path);
  return entry === undefined ? "" : `${entry.text.length}:${entry.changed}`;
}
