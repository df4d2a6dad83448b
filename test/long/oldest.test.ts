import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { failures } from "../host/failures.ts";
import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { compareSnapshots, type Snapshot } from "../lab/index.ts";
import { proofsOf, WORK } from "../lab/proofs.ts";
import { prepareOldest } from "../toolchain/mirror.ts";
import { versions } from "../toolchain/versions.ts";

const VERSION = versions.oldestTailscale;
const BUILD_MS = 3_600_000;

let oldest: Awaited<ReturnType<typeof prepareOldest>>;
beforeAll(async () => {
  oldest = await prepareOldest();
}, BUILD_MS);

onLaboratory(`a gateway with Tailscale ${VERSION}, the oldest that it takes`, "oldest", (bench) => {
  let stack: Stack;
  let before: Snapshot;

  it("logs in", async () => {
    const { lab, configurations, open } = bench();
    const tarball = readFileSync(oldest.file);
    const put = `mkdir -p /srv/mirror/oldest/tailscale && cd /srv/mirror/oldest && ln -s ../coredns ../sing-box . && cat >${oldest.path}`;
    await lab.mustExec("mirror", put, { stdin: tarball });
    before = await lab.snapshot("gateway");
    const gateway = {
      mirror: `${lab.mirrorUrl}/oldest`,
      tailscale: { version: VERSION, sha256: { x86_64: createHash("sha256").update(tarball).digest("hex") } },
    };
    stack = await open(await configurations.of([WORK], { gateway }));
    succeeded(await stack.up());
    const runs = "readlink /proc/$(systemctl show -P MainPID tsproxy-work-tailscaled.service)/exe";
    expect(await lab.mustExec("gateway", runs)).toContain(`/tailscale-${VERSION}/`);
  });

  it("serves its clients", async () => {
    const { lab } = bench();
    expect(await failures(lab, proofsOf(lab, [WORK]))).toEqual([]);
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("logs out, and leaves nothing behind", async () => {
    const { lab } = bench();
    succeeded(await stack.destroy());
    const left = compareSnapshots(before, await lab.snapshot("gateway"));
    expect(left.filter((line) => line !== "mount /run/netns: appeared (tmpfs)")).toEqual([]);
    const node = (await lab.controls.work.nodes()).find(({ name }) => name === "home-work");
    expect(Date.parse(node?.expiry ?? "")).toBeLessThanOrEqual(Date.now());
  });
});
