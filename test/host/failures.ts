import type { Lab } from "../lab/index.ts";
import { type Proof, prove } from "../lab/proofs.ts";

/** The proofs that do not hold, as sentences with what was found instead. */
export async function failures(lab: Lab, proofs: readonly Proof[]): Promise<string[]> {
  const proven = await prove(lab, proofs);
  return proven
    .filter(({ passed }) => !passed)
    .map(({ says, expects, answer }) => `${says}: expected ${expects}, got "${answer}"`);
}
