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

/** @internal A daemon of an earlier version does not start: it takes fields of its configuration file for mistakes. */
export const tailscaleSchema = releaseSchema(defaultVersion("tailscale")).refine(
  ({ version }) => isNewEnough(version),
  { path: ["version"], error: "is too old; 1.102.0 or newer is needed" },
);

function isNewEnough(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? "1.102.0").split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 102);
}
