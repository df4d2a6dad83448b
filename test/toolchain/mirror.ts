import { copyFile, link, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cached, inCache, recipeId } from "./cache.ts";
import { run } from "./command.ts";
import { buildGo, type GoPrograms, goDirectory } from "./go.ts";
import { coredns, oldestTailscale, singBox, tailscale } from "./go-programs.ts";

export const mirrorPath = (): string => inCache("mirror", recipeId(coredns, tailscale, singBox));

/** Paths of the release tarballs on the laboratory's mirror, shaped like the official ones. */
export const tarballs = {
  tailscale: tailscaleTarball(tailscale),
  coredns: `coredns/coredns_${coredns.version}_linux_amd64.tgz`,
  singBox: `sing-box/sing-box-${singBox.version}-linux-amd64.tar.gz`,
} as const;

function tailscaleTarball({ version }: GoPrograms): string {
  return `tailscale/tailscale_${version}_amd64.tgz`;
}

/** The directory of the tarballs, with their digests in `SHA256SUMS`. */
export function prepareMirror(): Promise<string> {
  return cached(mirrorPath(), "packing release tarballs", async (part) => {
    await mkdir(join(part, "coredns"));
    await mkdir(join(part, "sing-box"));
    await packTailscale(part, tailscale);
    await pack(join(part, tarballs.coredns), goDirectory(coredns), "coredns");
    await pack(join(part, tarballs.singBox), goDirectory(singBox), "sing-box");
    await run(["sh", "-c", "sha256sum */*.t*gz > SHA256SUMS"], { cwd: part });
  });
}

/**
 * The release tarball of the oldest Tailscale that a gateway takes: its file here, and its path on a mirror. Building it
 * takes minutes the first time.
 */
export async function prepareOldest(): Promise<{ readonly file: string; readonly path: string }> {
  await buildGo(oldestTailscale);
  const path = tailscaleTarball(oldestTailscale);
  const directory = inCache("mirror", recipeId(oldestTailscale));
  await cached(directory, "packing the oldest Tailscale", (part) => packTailscale(part, oldestTailscale));
  return { file: join(directory, path), path };
}

async function packTailscale(part: string, programs: GoPrograms): Promise<void> {
  const top = `tailscale_${programs.version}_amd64`;
  await mkdir(join(part, "tailscale", top), { recursive: true });
  for (const program of Object.keys(programs.packages)) {
    await place(join(goDirectory(programs), program), join(part, "tailscale", top, program));
  }
  await pack(join(part, tailscaleTarball(programs)), join(part, "tailscale"), top);
  await run(["rm", "-rf", join(part, "tailscale", top)]);
}

const place = (from: string, to: string) => link(from, to).catch(() => copyFile(from, to));

/** The same bytes for the same programs: a digest that a test notes down stays true. */
function pack(tarball: string, directory: string, member: string): Promise<string> {
  const sameBytes = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=0755"];
  return run([
    "tar",
    "--create",
    ...sameBytes,
    "--use-compress-program=gzip -1n",
    "-f",
    tarball,
    "-C",
    directory,
    member,
  ]);
}
