import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tailscaleSchema } from "../../../components/arguments/release.ts";
import { defaultVersion } from "../../../components/releases/releases.ts";
import { versions } from "../../toolchain/versions.ts";

const guide = readFileSync(join(import.meta.dirname, "../../../docs/guide.md"), "utf8");

describe("the versions that gateways are tried with", () => {
  it("are those that the guide names", () => {
    const { oldestTailscale, tailscale, coredns, singBox, headscale } = versions;
    expect(guide).toContain(`Tailscale ${oldestTailscale} and newer are taken`);
    expect(guide).toContain(
      `tried with Tailscale ${oldestTailscale}, the oldest, and ${tailscale}, the built-in one; with CoreDNS ${coredns} and sing-box ${singBox}, the built-in ones; and with headscale ${headscale} as`,
    );
  });

  it("are the built-in ones, and the oldest that is taken", () => {
    for (const program of ["tailscale", "coredns", "singBox"] as const)
      expect(versions[program]).toBe(defaultVersion(program));
    const [major = 0, minor = 0] = versions.oldestTailscale.split(".").map(Number);
    expect(tailscaleSchema.safeParse({ version: versions.oldestTailscale }).success).toBe(true);
    expect(tailscaleSchema.safeParse({ version: `${major}.${minor - 1}.99` }).success).toBe(false);
  });
});
