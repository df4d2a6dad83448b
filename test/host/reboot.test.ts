import type { Lab } from "../lab/index.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { failures } from "./failures.ts";
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
    let left: readonly string[] = [];
    const back = async () => {
      left = await failures(lab, proofsOf(lab, [WORK, LAB]));
      return left.length === 0;
    };
    await until("everything to be back", back, 60_000, left.join("\n")).catch(() => expect(left).toEqual([]));
    succeeded(await stack.refresh("--expect-no-changes"));
    expect(await lab.mustExec("gateway", "systemctl --failed --plain --no-legend")).toBe("");
  });
});
