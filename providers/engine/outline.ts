import { createHash } from "node:crypto";
import { keys, mapValues } from "./footprint.ts";
import type { Desired, Digest, HostPath } from "./model.ts";
import type { FoundFile, Observed } from "./observation.ts";

/** Values of the secret files by key. In memory and in encrypted state only. */
export type Secrets = Readonly<Record<string, string>>;

/**
 * A `Desired` without its text, and without anything that says something about a secret: the form in which
 * "wanted" and "found" are compared. What the resource keeps of it in its outputs: `StoredOutline`.
 */
export type Outline = Omit<Desired, "files"> & {
  readonly files: Readonly<Record<HostPath, OutlineFile>>;
};

export type OutlineFile =
  /** `digest`: see {@link shortDigest}. */
  | { readonly mode: string; readonly digest: string }
  /** `same`: the host holds the secret's present value. */
  | { readonly mode: string; readonly secret: string; readonly same: boolean };

export function outlineOf({ files, ...rest }: Desired): Outline {
  return {
    ...rest,
    files: mapValues(files, ({ mode, content }) =>
      typeof content === "string"
        ? { mode, digest: shortDigest(digestOf(content)) }
        : { mode, secret: content.secret, same: true },
    ),
  };
}

/**
 * The same outline with every value as it was found. Equal to `wanted` exactly when nothing drifted.
 * Things that are not there are left out.
 */
export function asFound(wanted: Outline, secrets: Secrets, observed: Observed): Outline {
  return {
    ...wanted,
    files: pick(wanted.files, (file, path) => foundFile(file, observed.files[path], secrets)),
    units: mapValues(wanted.units, (unit, name) => {
      const found = observed.units[name];
      if (found === undefined)
        return { ...unit, active: false, enabled: unit.enabled === null ? null : false };
      return {
        ...unit,
        active: found.active === "active",
        enabled: unit.enabled === null ? null : found.enabled,
        masked: found.masked,
        intact: unit.check === null || found.active !== "active" || found.check === 0,
        started: found.active === "active" ? found.started : unit.started,
        reloaded: found.active === "active" ? found.reloaded : unit.reloaded,
      };
    }),
    packages: pick(wanted.packages, (spec, name) => (observed.packages.includes(name) ? spec : undefined)),
    downloads: pick(wanted.downloads, (spec, path) => {
      const found = observed.downloads[path];
      const right = Object.values(spec.archives).some((archive) => archive?.sha256 === found?.sha256);
      const whole = Object.entries(spec.members).every(([name, mode]) => {
        const member = observed.files[`${path}/${name}`];
        return member !== undefined && modeOf(member) === mode && member.stat === found?.members[name];
      });
      return found !== undefined && right && whole ? spec : undefined;
    }),
    probes: mapValues(wanted.probes, (probe) => {
      // a daemon that does not run cannot be asked; that it does not run is told by its unit
      const running = observed.units[probe.unit]?.active === "active";
      const facts = observed.probes[probe.socket];
      return { ...probe, loggedIn: !running || facts === undefined || facts?.loggedIn === true };
    }),
  };
}

function foundFile(
  wanted: OutlineFile,
  found: FoundFile | undefined,
  secrets: Secrets,
): OutlineFile | undefined {
  if (found === undefined) return undefined;
  const mode = modeOf(found);
  const digest = found.digest ?? found.kind;
  if ("digest" in wanted) return { mode, digest: shortDigest(digest) };
  return { mode, secret: wanted.secret, same: digest === digestOf(secrets[wanted.secret] ?? "") };
}

/** `0644`, and `0644 1000:1000` for a file that is not root's. */
function modeOf({ mode, owner }: FoundFile): string {
  return owner === "0:0" ? mode : `${mode} ${owner}`;
}

export function digestOf(text: string): Digest {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

/** The first quarter of a SHA-256: enough to tell texts apart. Shorter texts (a kind of file) stay as they are. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 16);
}

/** Deep equality of plain data, whatever the order of keys. */
export function same(a: unknown, b: unknown): boolean {
  return canonical(a) === canonical(b);
}

export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function pick<K extends string, V, W>(
  record: Readonly<Record<K, V>>,
  map: (value: V, key: K) => W | undefined,
): Record<K, W> {
  const result: Partial<Record<K, W>> = {};
  for (const key of keys(record)) {
    const value = map(record[key], key);
    if (value !== undefined) result[key] = value;
  }
  return result as Record<K, W>;
}
