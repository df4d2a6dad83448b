import type { Lab } from "../lab/index.ts";
import type { Proof } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { failures } from "./failures.ts";

/** Waits until all proofs hold; those that do not in the end are the failure. */
export async function untilHolding(lab: Lab, proofs: readonly Proof[], timeoutMs = 60_000): Promise<void> {
  let failing: readonly string[] = [];
  const holds = async () => {
    failing = await failures(lab, proofs);
    return failing.length === 0;
  };
  await until("everything to work", holds, timeoutMs, "the proofs").catch(() => expect(failing).toEqual([]));
}
