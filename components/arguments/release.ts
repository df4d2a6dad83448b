import { defaultVersion } from "../releases/releases.ts";
import { group, text } from "./values/plain.ts";

/** A version of a program with the SHA-256 of its archive, per architecture of the host: at least one. */
export interface ReleaseArgs {
  /** For example `1.102.4`. */
  readonly version?: string;
  /** 64 hexadecimal digits. @default from this library, for the versions it knows */
  readonly sha256?: { readonly x86_64?: string; readonly aarch64?: string };
}

const sha256 = text("a SHA-256 of 64 lower-case hexadecimal digits", (value) => /^[0-9a-f]{64}$/.test(value));

function releaseSchema(example: string) {
  return group({
    version: text(`a version, for example "${example}"`, (value) => /^\d+\.\d+\.\d+$/.test(value)).optional(),
    sha256: group({ x86_64: sha256.optional(), aarch64: sha256.optional() }).optional(),
  });
}

/** @internal */
export const corednsSchema = releaseSchema(defaultVersion("coredns"));

/** @internal Its configuration has had its present form since 1.12. */
export const singBoxSchema = releaseSchema(defaultVersion("singBox")).refine(
  ({ version }) => isAtLeast(version, 1, 12),
  { path: ["version"], error: "is too old; 1.12.0 or newer is needed" },
);

/** @internal A daemon of an earlier version does not start: it takes fields of its configuration file for mistakes. */
export const tailscaleSchema = releaseSchema(defaultVersion("tailscale")).refine(
  ({ version }) => isAtLeast(version, 1, 102),
  { path: ["version"], error: "is too old; 1.102.0 or newer is needed" },
);

function isAtLeast(version: string | undefined, least: number, leastMinor: number): boolean {
  if (version === undefined) return true;
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > least || (major === least && minor >= leastMinor);
}
