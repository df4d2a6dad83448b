#!/usr/bin/env node
import { createHash } from "node:crypto";
import { parseArgs } from "node:util";
import { defaultVersion, type Program } from "../releases/releases.ts";
import { corednsDownload, type Release, singBoxDownload, tailscaleDownload } from "../render/downloads.ts";

const USAGE = `Usage: pulumi-tsproxy pin [--tailscale VERSION] [--coredns VERSION] [--sing-box VERSION] [--mirror URL]

Downloads the archives of a version for each architecture and prints their SHA-256, as they are
written in the configuration of a gateway. Where the publisher lists digests, they must agree.

  --tailscale VERSION  default ${defaultVersion("tailscale")} when nothing is named
  --coredns VERSION    default ${defaultVersion("coredns")} when nothing is named
  --sing-box VERSION   default ${defaultVersion("singBox")} when nothing is named
  --mirror URL         base URL with tailscale/, coredns/ and sing-box/ below it; default: the official places
  --help`;

/** Any digest will do to learn the URLs. */
const ANY = { x86_64: "0", aarch64: "0" };

const DOWNLOADS = { tailscale: tailscaleDownload, coredns: corednsDownload, singBox: singBoxDownload };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      tailscale: { type: "string" },
      coredns: { type: "string" },
      "sing-box": { type: "string" },
      mirror: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help === true || positionals[0] !== "pin" || positionals.length > 1) {
    console.log(USAGE);
    process.exitCode = values.help === true ? 0 : 2;
    return;
  }
  const all = [values.tailscale, values.coredns, values["sing-box"]].every((value) => value === undefined);
  const wanted: [Program, string | undefined][] = [
    ["tailscale", values.tailscale ?? (all ? defaultVersion("tailscale") : undefined)],
    ["coredns", values.coredns ?? (all ? defaultVersion("coredns") : undefined)],
    ["singBox", values["sing-box"] ?? (all ? defaultVersion("singBox") : undefined)],
  ];
  for (const [program, version] of wanted) {
    if (version !== undefined) await pin(program, version, values.mirror?.replace(/\/+$/, "") ?? null);
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

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
