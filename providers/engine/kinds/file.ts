import { createHash } from "node:crypto";
import { canonical, entries, keys, mapValues, not, pick } from "../records.ts";
import { namedThings, type StepOf, type StepTable } from "./kind.ts";
import { type Digest, type HostPath, isPath, UNIT_FILES } from "./names.ts";

/** Values of the secret files by key. In memory and in encrypted state only. */
export type Secrets = Readonly<Record<string, string>>;

export interface FileSpec {
  /** Permission bits as four octal digits, e.g. `0644`. The owner is always root. */
  readonly mode: string;
  /** The text (UTF-8, no NUL), or the key of a secret whose value never enters this object. */
  readonly content: string | { readonly secret: string };
}

export type FileSpecs = Readonly<Record<HostPath, FileSpec>>;

/** A file without its text. */
export type FileOutline =
  /** `digest`: see {@link shortDigest}. */
  | { readonly mode: string; readonly digest: string }
  /** `same`: the host holds the secret's present value. */
  | { readonly mode: string; readonly secret: string; readonly same: boolean };

export type FileOutlines = Readonly<Record<HostPath, FileOutline>>;

export interface ObservedFile {
  readonly kind: "file" | "link" | "directory" | "other";
  readonly mode: string;
  /** Numeric `user:group`. */
  readonly owner: string;
  /** `size:mtime`, for files that are too large to be read each time. */
  readonly stat: string;
  readonly digest: Digest | null;
}

/** By path; what is absent is not in it. */
export type ObservedFiles = Readonly<Record<HostPath, ObservedFile>>;

export const ownedFiles = namedThings("file", keys<HostPath>, ([path]) => (isPath(path) ? path : null));

export function fileOutlines(files: FileSpecs): FileOutlines {
  return mapValues(files, ({ mode, content }) =>
    typeof content === "string"
      ? { mode, digest: shortDigest(digestOf(content)) }
      : { mode, secret: content.secret, same: true },
  );
}

/** The same files as they were found; those that are absent are left out. */
export function foundFiles(wanted: FileOutlines, observed: ObservedFiles, secrets: Secrets): FileOutlines {
  return pick(wanted, (file, path) => {
    const found = observed[path];
    return found === undefined ? undefined : foundFile(file, found, secrets);
  });
}

function foundFile(wanted: FileOutline, found: ObservedFile, secrets: Secrets): FileOutline {
  const mode = modeOf(found);
  const digest = found.digest ?? found.kind;
  if ("digest" in wanted) return { mode, digest: shortDigest(digest) };
  return { mode, secret: wanted.secret, same: digest === digestOf(secrets[wanted.secret] ?? "") };
}

/** `0644`, and `0644 1000:1000` for a file that is not root's. */
export function modeOf({ mode, owner }: ObservedFile): string {
  return owner === "0:0" ? mode : `${mode} ${owner}`;
}

export function digestOf(text: string): Digest {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** The first quarter of a SHA-256: enough to tell texts apart. Shorter texts (a kind of file) stay as they are. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 16);
}

export interface FileSteps {
  adopt: { readonly path: HostPath };
  /** `found` is a guard: the host refuses the step if the file no longer has this digest. */
  write: {
    readonly path: HostPath;
    readonly mode: string;
    readonly content: string;
    readonly found: string;
  };
  remove: { readonly path: HostPath; readonly found: string };
}

export const fileSteps: StepTable<FileSteps> = {
  adopt: {
    phase: "prepare",
    call: ({ path }) => ["adopt", path],
    words: ({ path }) => `adopt ${path}`,
  },
  write: {
    phase: "prepare",
    call: ({ path, mode, found, content }) => ["write", path, mode, found, content],
    words: ({ path }) => `write ${path}`,
  },
  remove: {
    phase: "prepare",
    call: ({ path, found }) => ["remove", path, found],
    words: ({ path }) => `remove ${path}`,
  },
};

/** What units read before the units' own files: a unit that a boot starts in between has read all that its stamp says. */
export function writing(
  files: FileSpecs,
  secrets: Secrets,
  observed: ObservedFiles,
): StepOf<FileSteps, "write">[] {
  const wanted = fileOutlines(files);
  const found = foundFiles(wanted, observed, secrets);
  const all = entries(files);
  const inOrder = [...all.filter(not(isOfUnit)), ...all.filter(isOfUnit)];
  return inOrder.flatMap(([path, { mode, content }]) => {
    if (canonical(found[path]) === canonical(wanted[path])) return [];
    const text = textOf(path, content, secrets);
    return [{ do: "write", path, mode, content: text, found: guardOf(observed, path) } as const];
  });
}

function isOfUnit([path]: readonly [HostPath, unknown]): boolean {
  return path.startsWith(UNIT_FILES) && !path.slice(UNIT_FILES.length).includes("/");
}

/** Before the manifest calls them the resource's, and also where the text is right already: they are to be given back. */
export function adopting(
  files: FileSpecs,
  owned: readonly HostPath[],
  observed: ObservedFiles,
): StepOf<FileSteps, "adopt">[] {
  const paths = keys(files).filter((path) => path in observed && !owned.includes(path));
  return paths.map((path) => ({ do: "adopt", path }));
}

/** @param listed by the manifest: of such a file a run that was killed may have left a half that no look shows */
export function removing(
  files: FileSpecs,
  owned: readonly HostPath[],
  listed: readonly HostPath[],
  observed: ObservedFiles,
): StepOf<FileSteps, "remove">[] {
  return owned
    .filter((path) => !(path in files) && (path in observed || listed.includes(path)))
    .map((path) => ({ do: "remove", path, found: guardOf(observed, path) }));
}

function textOf(path: HostPath, content: FileSpec["content"], secrets: Secrets): string {
  if (typeof content === "string") return content;
  const value = secrets[content.secret];
  if (value === undefined)
    throw new Error(`${path} refers to the secret ${content.secret}, which was not given`);
  return value;
}

/** As the host's `digest` function prints it. */
function guardOf(observed: ObservedFiles, path: HostPath): string {
  const found = observed[path];
  if (found === undefined) return "absent";
  if (found.kind === "link") return "link";
  return found.digest ?? "other";
}
