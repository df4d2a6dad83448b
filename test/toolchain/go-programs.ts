import type { GoPrograms } from "./go.ts";
import { versions } from "./versions.ts";

/** tailscaled and tailscale, as two programs like the official tarball has them. */
function tailscaleOf(version: string): GoPrograms {
  return {
    name: "tailscale",
    version,
    packages: { tailscaled: "tailscale.com/cmd/tailscaled", tailscale: "tailscale.com/cmd/tailscale" },
    stamps: ["longStamp", "shortStamp"].map((name) => `tailscale.com/version.${name}=${version}`),
  };
}

export const tailscale = tailscaleOf(versions.tailscale);

/** The oldest that a gateway takes. */
export const oldestTailscale = tailscaleOf(versions.oldestTailscale);

export const headscale: GoPrograms = {
  name: "headscale",
  version: versions.headscale,
  packages: { headscale: "github.com/juanfont/headscale/cmd/headscale" },
};

export const coredns: GoPrograms = {
  name: "coredns",
  version: versions.coredns,
  packages: { coredns: "github.com/coredns/coredns" },
};

/** Without any of its optional protocols: what a gateway uses of it is always there. */
export const singBox: GoPrograms = {
  name: "sing-box",
  version: versions.singBox,
  packages: { "sing-box": "github.com/sagernet/sing-box/cmd/sing-box" },
  stamps: [`github.com/sagernet/sing-box/constant.Version=${versions.singBox}`],
};

/** The engine, for machines that have none and cannot download one. */
export const pulumi: GoPrograms = {
  name: "pulumi",
  version: versions.pulumi,
  packages: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
  stamps: [`github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${versions.pulumi}`],
  replace: "github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e",
};

/** Speaks to today's engine and SDK; newer ones are published in no module of their own. */
export const pulumiLanguageHost: GoPrograms = {
  name: "pulumi-language-nodejs",
  version: versions.pulumiLanguageHost,
  packages: {
    "pulumi-language-nodejs": "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  },
};
