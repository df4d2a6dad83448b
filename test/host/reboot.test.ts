import type { Lab } from "../lab/index.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { untilHolding } from "./back.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

const BOOTS = [
  { what: "a reboot", boot: (lab: Lab) => lab.reboot("gateway") },
  { what: "a power cut", boot: (lab: Lab) => lab.powerCycle("gateway") },
];

onLaboratory("a gateway", "reboot", (bench) => {
  let stack: Stack;
  beforeAll(async () => {
    const { configurations, open } = bench();
    stack = await open(await configurations.of([WORK, LAB]));
    succeeded(await stack.up());
  });

  it.each(BOOTS)("is whole again after $what without help, and nothing differs", async ({ boot }) => {
    const { lab } = bench();
    const former = lab.leader("gateway");
    await boot(lab);
    expect(lab.leader("gateway")).not.toBe(former);
    await untilHolding(lab, proofsOf(lab, [WORK, LAB]));
    succeeded(await stack.refresh("--expect-no-changes"));
    expect(await lab.mustExec("gateway", "systemctl --failed --plain --no-legend")).toBe("");
  });
});
