import { compareSnapshots, type Lab, type Snapshot } from "../lab/index.ts";
import { LAB, WORK } from "../lab/proofs.ts";
import { failed, onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

onLaboratory("destroy", "gone", (bench) => {
  let before: Snapshot;
  let stack: Stack;
  const left = async (lab: Lab) =>
    compareSnapshots(before, await lab.snapshot("gateway"))
      // `ip` keeps namespaces there and leaves the mount to the next namespace; all of /run is left out
      .filter((difference) => difference !== "mount /run/netns: appeared (tmpfs)");

  it("leaves the host as it was before the first up", async () => {
    const { lab, configurations, open } = bench();
    before = await lab.snapshot("gateway");
    stack = await open(await configurations.of([WORK, LAB]));
    succeeded(await stack.up());
    const during = compareSnapshots(before, await lab.snapshot("gateway"));
    expect(during).toContainEqual(expect.stringMatching(/^package dante-server: appeared/));
    expect(during).toContainEqual(
      expect.stringMatching(/^file \/etc\/tsproxy\/work\/authkey: appeared \(-rw-------/),
    );
    expect(during).toContain("sysctl net.ipv4.ip_forward: 0 became 1");
    succeeded(await stack.destroy());
    expect(await left(lab)).toEqual([]);
  });

  it.each(["work", "lab"] as const)("logs the node out of tailnet %s", async (tailnet) => {
    const nodes = await bench().lab.controls[tailnet].nodes();
    const node = nodes.find(({ name }) => name === `home-${tailnet}`);
    // a node whose key never ends, as it is while logged in, has no such date
    expect(Date.parse(node?.expiry ?? "")).toBeLessThanOrEqual(Date.now());
  });

  it("of a state that was lost follows on an up that adopts what it has left", async () => {
    const { lab, configurations } = bench();
    await stack.configure(await configurations.of([WORK]));
    succeeded(await stack.up());
    const before = await lab.mainPids("gateway");
    succeeded(await stack.run(["state", "delete", "--all", "--force", "--yes"]));
    expect(failed(await stack.up())).toContain("gateway belongs to another state of ");
    expect(await lab.mainPids("gateway")).toEqual(before);
    await stack.configure(await configurations.of([WORK], { gateway: { adopt: true } }));
    expect(succeeded(await stack.up())).toContain("+ 4 created");
    expect(await lab.mainPids("gateway")).toEqual(before);
    succeeded(await stack.destroy());
    expect(await left(lab)).toEqual([]);
  });
});
