import { createHash } from "node:crypto";
import type { Command } from "commander";
import { defaultVersion, type Program } from "../releases/releases.ts";
import { corednsDownload, type Release, singBoxDownload, tailscaleDownload } from "../render/downloads.ts";

interface Options {
  readonly tailscale?: string;
  readonly coredns?: string;
  readonly singBox?: string;
  readonly mirror?: string;
}

export function addPin(program: Command): void {
  const described = (of: Program) => `default ${defaultVersion(of)} when nothing is named`;
  program
    .command("pin")
    .summary("the SHA-256 of programs, as a gateway's configuration has them")
    .description(
      "Downloads the archives of a version for each architecture and prints their SHA-256, as they are written in the configuration of a gateway. Where the publisher lists digests, they must agree.",
    )
    .option("--tailscale <version>", described("tailscale"))
    .option("--coredns <version>", described("coredns"))
    .option("--sing-box <version>", described("singBox"))
    .option(
      "--mirror <url>",
      "base URL with tailscale/, coredns/ and sing-box/ below it; default: the official places",
    )
    .action(pinAll);
}

/** Any digest will do to learn the URLs. */
const ANY = { x86_64: "0", aarch64: "0" };

const DOWNLOADS = { tailscale: tailscaleDownload, coredns: corednsDownload, singBox: singBoxDownload };

async function pinAll({ tailscale, coredns, singBox, mirror }: Options): Promise<void> {
  const all = [tailscale, coredns, singBox].every((value) => value === undefined);
  const wanted: [Program, string | undefined][] = [
    ["tailscale", tailscale ?? (all ? defaultVersion("tailscale") : undefined)],
    ["coredns", coredns ?? (all ? defaultVersion("coredns") : undefined)],
    ["singBox", singBox ?? (all ? defaultVersion("singBox") : undefined)],
  ];
  for (const [program, version] of wanted) {
    if (version !== undefined) await pin(program, version, mirror?.replace(/\/+$/, "") ?? null);
  }
}

async function pin(program: Program, version: string, mirror: string | null): Promise<void> {
  const release: Release = { version, sha256: ANY };
  const { archives } = DOWNLOADS[program](release, mirror);
  console.log(`${program}:\n  version: "${version}"\n  sha256:`);
  for (const [architecture, archive] of Object.entries(archives)) {
    const digest = await digestOf(archive.url);
    console.log(
      digest === null
        ? `    # no archive for ${architecture}: ${archive.url}`
        : `    ${architecture}: ${digest}`,
    );
  }
}

/** `null` when there is no such archive. @throws Error when the publisher says something else */
async function digestOf(url: string): Promise<string | null> {
  console.error(`downloading ${url} …`);
  const answer = await download(url);
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  const digest = createHash("sha256")
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest("hex");
  const listed = await download(`${url}.sha256`);
  const expected = listed.ok ? /[0-9a-f]{64}/.exec(await listed.text())?.[0] : undefined;
  if (expected !== undefined && expected !== digest) {
    throw new Error(`${url} has sha256 ${digest}, but its publisher lists ${expected}; do not use it`);
  }
  return digest;
}

async function download(url: string): Promise<Response> {
  try {
    return await fetch(url);
  } catch (error) {
    // what fetch itself says is only that it failed
    const why = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Error(`cannot download ${url}: ${why}; --mirror takes the archives from elsewhere`, {
      cause: error,
    });
  }
}
