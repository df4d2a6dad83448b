import type { Problem } from "../arguments/values/problem.ts";
import type { Release } from "../render/downloads.ts";
import table from "./releases.json" with { type: "json" };

/** The programs that a gateway fetches, by the arguments that are about them. */
export type Program = "tailscale" | "coredns" | "singBox";

type Digests = Release["sha256"];

/** Known versions, oldest first, with the digests of their official archives. */
const KNOWN: Readonly<Record<Program, Readonly<Record<string, Digests>>>> = table;

/** The version used when none is asked for. */
export function defaultVersion(program: Program): string {
  const newest = Object.keys(KNOWN[program]).at(-1);
  if (newest === undefined) throw new Error(`releases.json has no version of ${program}`);
  return newest;
}

/** What the user asked for, completed from the table of this library. */
export function releaseOf(
  program: Program,
  wanted: { readonly version?: string | undefined; readonly sha256?: Digests | undefined } = {},
): Release {
  const version = wanted.version ?? defaultVersion(program);
  return { version, sha256: wanted.sha256 ?? KNOWN[program][version] ?? {} };
}

/** A release without a digest for any architecture cannot be fetched. */
export function releaseProblems(program: Program, { version, sha256 }: Release, at: string): Problem[] {
  if (sha256.x86_64 || sha256.aarch64) return [];
  return [
    {
      path: `${at}${program}.sha256`,
      text: `is missing, and this library has no digest of ${program} ${version}; run "npx pulumi-tsproxy pin" and copy what it prints`,
    },
  ];
}
