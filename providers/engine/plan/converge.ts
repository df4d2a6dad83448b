import { HostError } from "../errors.ts";
import type { Applied, Host } from "../host.ts";
import { manifestPath } from "../state/manifest.ts";
import type { Observed } from "../state/observed.ts";
import { join, type Owned, ownedBy } from "../state/owned.ts";
import { notConverging, refuseUnmet, type Say, stepFailed, warnOfLeave } from "./explain.ts";
import {
  headIn,
  isLost,
  ownedOf,
  refuseForeign,
  refuseIntruder,
  refuseNewer,
  stillOwned,
} from "./ownership.ts";
import { plan } from "./plan.ts";
import type { Step } from "./step.ts";
import { preconditionsOf, type Task } from "./task.ts";

/** Two suffice without interference: one that acts, one that finds nothing left. The rest absorb races. */
const ROUNDS_MAX = 4;

/**
 * Makes `host` match the task's `desired` and returns what it then looks like. Each trip ends with a
 * look, so the last one is the proof. Safe to run again after any failure.
 */
export async function converge(host: Host, task: Task, say: Say): Promise<Observed> {
  const { identity, desired, last } = task;
  const all = join(ownedBy(desired), task.remembered);
  const requirements = last ? [] : preconditionsOf(desired);
  let observed = await host.look({ owned: all, requirements, beforeChange: true });
  refuseNewer(host, identity, observed.manifests[identity.key]);
  if (isLost(task, observed)) return observed;
  let before = ownedOf(task, observed);
  let next = plan({ ...task, owned: before, observed });
  if (next.length === 0) return observed;
  if (last) warnOfLeave(host, before, observed, say);
  refuseForeign(host, task, before, observed);
  refuseUnmet(host, task, before, observed, say);
  let isTouched = false;
  for (let round = 1; next.length > 0 && round <= ROUNDS_MAX; round++) {
    const owned = join(all, before);
    const applied = await applyRound(host, task, { next, observed, owned, isTouched }, say);
    observed = applied.observed;
    if (applied.moved === manifestPath(identity.key)) {
      if (isLost(task, observed)) return observed;
      before = ownedOf(task, observed);
      refuseForeign(host, task, before, observed);
      next = plan({ ...task, owned: before, observed });
      continue;
    }
    isTouched = true;
    await refuseIntruder(host, task, before, applied);
    next = plan({ ...task, owned: stillOwned(task, before, applied), observed });
  }
  if (next.length === 0) return observed;
  throw notConverging(host, task, next, observed, ROUNDS_MAX);
}

interface Round {
  readonly next: readonly Step[];
  readonly observed: Observed;
  readonly owned: Owned;
  /** An earlier round has changed the host. */
  readonly isTouched: boolean;
}

/** @throws HostError `step-failed`, and what the connection and the lock bring */
async function applyRound(
  host: Host,
  task: Task,
  { next, observed, owned, isTouched }: Round,
  say: Say,
): Promise<Applied> {
  const { identity } = task;
  const order = { identity, steps: next, head: headIn(observed, identity), owned };
  const applied = await host.apply(order).catch((error: unknown) => {
    throw isTouched ? asTouched(error) : error;
  });
  for (const warning of applied.warnings) say(`${host.name}: ${warning}`);
  if (applied.failed !== null) throw stepFailed(host, task, next, applied, applied.failed);
  return applied;
}

/** An error that says "nothing was changed" is wrong once a round has changed the host. */
function asTouched(error: unknown): unknown {
  if (!(error instanceof HostError) || error.code === "cut-off") return error;
  return new HostError("connection-lost", error.facts, { cause: error });
}
