import { OWNS_NOTHING } from "../../providers/engine/state/owned.ts";
import { applyProgram } from "../../providers/engine/wire/script.ts";

const NONCE = "0123456789abcdef";

/** As the engine makes them: with the functions of all steps, a claim, and an undo that is armed. */
const PROGRAM = applyProgram(NONCE, [
  {
    identity: { project: "home", stack: "prod", key: "tailnet-work", sweeps: false },
    steps: [{ do: "start", units: ["tsproxy_netns-work.service"], inKernel: true }],
    heads: { "tailnet-work": NONCE },
    owned: OWNS_NOTHING,
  },
]);

/**
 * A fault of the programs: `part` is said otherwise wherever it stands.
 *
 * @throws Error at once where no program has it any more. Thrown by a case it would look like a fault that was noticed.
 */
export function planted(part: string | RegExp, other: string): (program: string) => string {
  const broken = (program: string) => program.replace(part, () => other);
  if (broken(PROGRAM) === PROGRAM) throw new Error(`no program has ${part} any more`);
  return broken;
}
