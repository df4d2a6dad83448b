import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { failures } from "./failures.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

const WIPE = "rm -rf /etc/tsproxy /etc/systemd/system/tsproxy* && systemctl daemon-reload";

onLaboratory("a host whose files were wiped, and on which everything still runs", "wiped", (bench) => {
  let stack: Stack;
  beforeAll(async () => {
    const { configurations, open } = bench();
    stack = await open(await configurations.of([WORK, LAB]));
    succeeded(await stack.up());
  });

  it("is repaired by one up --refresh", async () => {
    const { lab } = bench();
    await lab.mustExec("gateway", WIPE);
    succeeded(await stack.up("--refresh"));
    succeeded(await stack.refresh("--expect-no-changes"));
    expect(await failures(lab, proofsOf(lab, [WORK, LAB]))).toEqual([]);
  });
});
