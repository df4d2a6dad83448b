import type { DownloadSpec } from "../../providers/engine/kinds/download.ts";
import type { Architecture, Digest, HostPath } from "../../providers/engine/kinds/names.ts";

/** A version of a program, with the SHA-256 of its archive for each architecture it may be needed for. */
export interface Release {
  /** For example `1.102.4`. */
  readonly version: string;
  readonly sha256: Readonly<Partial<Record<Architecture, Digest | undefined>>>;
}

const LIBRARY: HostPath = "/usr/local/lib/tsproxy";

/** What the makers of the archives call an architecture. */
const ARCHIVE_NAMES: Readonly<Record<Architecture, string>> = { x86_64: "amd64", aarch64: "arm64" };

/** Where GitHub keeps what belongs to releases: today, and before. */
const GITHUB_STORES = ["release-assets.githubusercontent.com", "objects.githubusercontent.com"];

/** Directory that holds `tailscale` and `tailscaled`. */
export function tailscaleDirectory(version: string): HostPath {
  return `${LIBRARY}/tailscale-${version}`;
}

/** Directory that holds `coredns`. */
export function corednsDirectory(version: string): HostPath {
  return `${LIBRARY}/coredns-${version}`;
}

/** Directory that holds `sing-box`. */
export function singBoxDirectory(version: string): HostPath {
  return `${LIBRARY}/sing-box-${version}`;
}

/** tailscale and tailscaled, from `<mirror>/tailscale/` or, with `null`, from Tailscale's own site. */
export function tailscaleDownload({ version, sha256 }: Release, mirror: string | null): DownloadSpec {
  const base = mirror === null ? "https://pkgs.tailscale.com/stable" : `${mirror}/tailscale`;
  return {
    archives: archives(sha256, (architecture) => `${base}/tailscale_${version}_${architecture}.tgz`),
    ...(mirror === null && { redirects: ["dl.tailscale.com"] }),
    members: { tailscale: "0755", tailscaled: "0755" },
  };
}

/** coredns, from `<mirror>/coredns/` or, with `null`, from its releases on GitHub. */
export function corednsDownload({ version, sha256 }: Release, mirror: string | null): DownloadSpec {
  const base =
    mirror === null
      ? `https://github.com/coredns/coredns/releases/download/v${version}`
      : `${mirror}/coredns`;
  return {
    archives: archives(sha256, (architecture) => `${base}/coredns_${version}_linux_${architecture}.tgz`),
    ...(mirror === null && { redirects: GITHUB_STORES }),
    members: { coredns: "0755" },
  };
}

/** sing-box, from `<mirror>/sing-box/` or, with `null`, from its releases on GitHub. */
export function singBoxDownload({ version, sha256 }: Release, mirror: string | null): DownloadSpec {
  const base =
    mirror === null
      ? `https://github.com/SagerNet/sing-box/releases/download/v${version}`
      : `${mirror}/sing-box`;
  return {
    archives: archives(sha256, (architecture) => `${base}/sing-box-${version}-linux-${architecture}.tar.gz`),
    ...(mirror === null && { redirects: GITHUB_STORES }),
    members: { "sing-box": "0755" },
  };
}

function archives(
  digests: Release["sha256"],
  urlOf: (architecture: string) => string,
): DownloadSpec["archives"] {
  const { x86_64, aarch64 } = digests;
  return {
    ...(x86_64 && { x86_64: { url: urlOf(ARCHIVE_NAMES.x86_64), sha256: x86_64 } }),
    ...(aarch64 && { aarch64: { url: urlOf(ARCHIVE_NAMES.aarch64), sha256: aarch64 } }),
  };
}
