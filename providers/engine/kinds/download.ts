import { entries, keys, pick } from "../records.ts";
import { modeOf, type ObservedFiles } from "./file.ts";
import { describedThings, type StepOf, type StepTable } from "./kind.ts";
import { type Architecture, type Digest, type HostPath, isPath } from "./names.ts";

export interface DownloadSpec {
  readonly archives: Readonly<
    Partial<Record<Architecture, { readonly url: string; readonly sha256: Digest }>>
  >;
  /** Servers (`host` or `host:port`) to which the URL may lead, beside its own. @default none */
  readonly redirects?: readonly string[];
  /** Files taken out of the .tar.gz by their base name, with the mode they get. */
  readonly members: Readonly<Record<string, string>>;
}

/** By the directory that is made of the archive; its path holds the version. */
export type DownloadSpecs = Readonly<Record<HostPath, DownloadSpec>>;

export interface ObservedDownload {
  readonly sha256: Digest;
  /** `size:mtime` of each member as it was unpacked. */
  readonly members: Readonly<Record<string, string>>;
}

export type ObservedDownloads = Readonly<Record<HostPath, ObservedDownload>>;

/** Member names by directory. */
export const ownedDownloads = describedThings(
  "download",
  ({ members }: DownloadSpec): readonly string[] => Object.keys(members).sort(),
  (members) => members,
  ([path, ...members]) => (isPath(path) ? [path, members] : null),
);

/** Those of `wanted` that are there, whole and from the archive that was pinned. */
export function foundDownloads(
  wanted: DownloadSpecs,
  downloads: ObservedDownloads,
  files: ObservedFiles,
): DownloadSpecs {
  return pick(wanted, (spec, path) => {
    const found = downloads[path];
    return found !== undefined && isPinned(spec, found) && isWhole(spec, path, found, files)
      ? spec
      : undefined;
  });
}

function isPinned({ archives }: DownloadSpec, { sha256 }: ObservedDownload): boolean {
  return Object.values(archives).some((archive) => archive?.sha256 === sha256);
}

function isWhole(
  { members }: DownloadSpec,
  path: HostPath,
  found: ObservedDownload,
  files: ObservedFiles,
): boolean {
  return Object.entries(members).every(([name, mode]) => {
    const member = files[`${path}/${name}`];
    return member !== undefined && modeOf(member) === mode && member.stat === found.members[name];
  });
}

export interface DownloadSteps {
  download: {
    readonly path: HostPath;
    readonly url: string;
    readonly sha256: string;
    readonly redirects: readonly string[];
    readonly members: Readonly<Record<string, string>>;
  };
  discard: { readonly path: HostPath };
}

export const downloadSteps: StepTable<DownloadSteps> = {
  download: {
    phase: "prepare",
    call: ({ path, sha256, url, redirects, members }) => [
      "download",
      path,
      sha256,
      url,
      redirects.join(" "),
      ...Object.entries(members).flat(),
    ],
    words: ({ url }) => `download ${url}`,
  },
  discard: {
    phase: "prepare",
    call: ({ path }) => ["discard", path],
    words: ({ path }) => `remove ${path}`,
  },
};

/** What is not there as wanted, for the host's architecture; without an archive for it a requirement has refused. */
export function downloading(
  wanted: DownloadSpecs,
  {
    architecture,
    downloads,
    files,
  }: {
    readonly architecture: string;
    readonly downloads: ObservedDownloads;
    readonly files: ObservedFiles;
  },
): StepOf<DownloadSteps, "download">[] {
  const found = foundDownloads(wanted, downloads, files);
  return entries(wanted).flatMap(([path, { archives, redirects = [], members }]) => {
    const archive = archives[architecture as Architecture];
    if (path in found || archive === undefined) return [];
    return [{ do: "download", path, url: archive.url, sha256: archive.sha256, redirects, members } as const];
  });
}

export function discarding(
  wanted: DownloadSpecs,
  listed: Readonly<Record<HostPath, unknown>>,
): StepOf<DownloadSteps, "discard">[] {
  return keys(listed)
    .filter((path) => !(path in wanted))
    .map((path) => ({ do: "discard", path }));
}

/** From lines `PATH SHA256` and, for each member, `PATH NAME SIZE:MTIME`. */
export function downloadsIn(lines: readonly string[]): ObservedDownloads {
  const found = new Map<string, { sha256: string; members: Map<string, string> }>();
  for (const line of lines) {
    const [path = "", first = "", stat] = line.split(" ");
    const download = found.get(path) ?? { sha256: "", members: new Map() };
    found.set(path, download);
    if (stat === undefined) download.sha256 = first;
    else download.members.set(first, stat);
  }
  return Object.fromEntries(
    [...found].map(([path, { sha256, members }]) => [path, { sha256, members: Object.fromEntries(members) }]),
  );
}
