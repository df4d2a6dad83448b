import type { z } from "zod";
import { defaultVersion } from "../releases/releases.ts";
import { group, text } from "./values/plain.ts";
import { faultOf } from "./values/refusal.ts";

/** A version of a program with the SHA-256 of its archive, per architecture of the host: at least one. */
export interface ReleaseArgs {
  /** For example `1.102.4`. */
  readonly version?: string;
  /** 64 hexadecimal digits. @default from this library, for the versions it knows */
  readonly sha256?: { readonly x86_64?: string; readonly aarch64?: string };
}

const sha256 = text("a SHA-256 of 64 lower-case hexadecimal digits", (value) => /^[0-9a-f]{64}$/.test(value));

const version = (example: string) =>
  text(`a version, for example "${example}"`, (value) => /^\d+\.\d+\.\d+$/.test(value));

function releaseSchema(of: z.ZodType<string>) {
  return group({
    version: of.optional(),
    sha256: group({ x86_64: sha256.optional(), aarch64: sha256.optional() }).optional(),
  });
}

/** @internal */
export const corednsSchema = releaseSchema(version(defaultVersion("coredns")));

/** @internal Its configuration has had its present form since 1.12. */
export const singBoxSchema = releaseSchema(
  version(defaultVersion("singBox")).refine((value) => isAtLeast(value, 1, 12), {
    error: faultOf("is too old; 1.12.0 or newer is needed"),
  }),
);

/** @internal A daemon of an earlier version does not start: it takes fields of its configuration file for mistakes. */
export const tailscaleSchema = releaseSchema(
  version(defaultVersion("tailscale")).refine((value) => isAtLeast(value, 1, 102), {
    error: faultOf("is too old; 1.102.0 or newer is needed"),
  }),
);

/** What is no version at all is said elsewhere. */
function isAtLeast(value: string, least: number, leastMinor: number): boolean {
  const [major = Number.NaN, minor = Number.NaN] = value.split(".").map(Number);
  return !(major < least || (major === least && minor < leastMinor));
}
