import { copyFile, link, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { cached, inCache, recipeId } from "./cache.ts";
import { run } from "./command.ts";
import { goDirectory } from "./go.ts";
import { coredns, singBox, tailscale } from "./go-programs.ts";

export const mirrorPath = (): string => inCache("mirror", recipeId(coredns, tailscale, singBox));

/** Paths of the release tarballs on the laboratory's mirror, shaped like the official ones. */
export const tarballs = {
  tailscale: `tailscale/tailscale_${tailscale.version}_amd64.tgz`,
  coredns: `coredns/coredns_${coredns.version}_linux_amd64.tgz`,
  singBox: `sing-box/sing-box-${singBox.version}-linux-amd64.tar.gz`,
} as const;

/** The directory of the tarballs, with their digests in `SHA256SUMS`. */
export function prepareMirror(): Promise<string> {
  return cached(mirrorPath(), "packing release tarballs", async (part) => {
    const top = `tailscale_${tailscale.version}_amd64`;
    await mkdir(join(part, "tailscale", top), { recursive: true });
    await mkdir(join(part, "coredns"));
    await mkdir(join(part, "sing-box"));
    for (const program of Object.keys(tailscale.packages)) {
      await place(join(goDirectory(tailscale), program), join(part, "tailscale", top, program));
    }
    await pack(join(part, tarballs.tailscale), join(part, "tailscale"), top);
    await run(["rm", "-rf", join(part, "tailscale", top)]);
    await pack(join(part, tarballs.coredns), goDirectory(coredns), "coredns");
    await pack(join(part, tarballs.singBox), goDirectory(singBox), "sing-box");
    await run(["sh", "-c", "sha256sum */*.t*gz > SHA256SUMS"], { cwd: part });
  });
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
