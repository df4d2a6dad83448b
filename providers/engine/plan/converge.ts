import { HostError, UNTOUCHED } from "../errors.ts";
import type { Applied, Host } from "../host.ts";
import type { Observed } from "../state/observed.ts";
import { join, type Owned, ownedBy } from "../state/owned.ts";
import { notConverging, refuseUnmet, type Say, stepFailed, warnOfLeave } from "./explain.ts";
import { refuseForeign, sayWhose } from "./foreign.ts";
import {
  guardsOf,
  isLost,
  isOfOwner,
  ownedOf,
  refuseIntruder,
  refuseNewer,
  stillOwned,
} from "./ownership.ts";
import { plan } from "./plan.ts";
import type { Step } from "./step.ts";
import { preconditionsOf, type Task } from "./task.ts";
import { gatewayNameOf } from "./whose.ts";

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
  const observed = await host.look({ owned: all, requirements, beforeChange: true });
  refuseNewer(host, identity, observed.manifests[identity.key]);
  if (isLost(task, observed.manifests)) return observed;
  const owned = ownedOf(task, observed);
  const next = planned(task, owned, observed);
  if (next.length === 0) return observed;
  if (last) warnOfLeave(host, owned, observed, say);
  refuseForeign(host, task, owned, observed);
  refuseUnmet(host, task, owned, observed, say);
  sayWhose(host, task, observed, say);
  const trips = new Trips(host, task, say);
  try {
    return await trips.until({ owned, next, observed });
  } catch (error) {
    throw trips.isTouched ? asTouched(error) : error;
  }
}

function planned(task: Task, owned: Owned, observed: Observed): Step[] {
  return plan({ ...task, owned, observed, gateway: gatewayNameOf(task, observed.manifests) });
}

/** What is known before a trip, and what is to be done on it. */
interface Stand {
  /** What the resource may have on the host. */
  readonly owned: Owned;
  readonly next: readonly Step[];
  readonly observed: Observed;
}

/** The trips to the host for one resource. */
class Trips {
  readonly #host: Host;
  readonly #task: Task;
  readonly #say: Say;
  /** The host was changed. */
  isTouched = false;

  constructor(host: Host, task: Task, say: Say) {
    this.#host = host;
    this.#task = task;
    this.#say = say;
  }

  /** Goes until nothing is left to be done. */
  async until(stand: Stand): Promise<Observed> {
    for (let round = 1; round <= ROUNDS_MAX; round++) {
      const next = await this.#after(stand, await this.#apply(stand));
      if (next.next.length === 0) return next.observed;
      stand = next;
    }
    throw notConverging(this.#host, this.#task, stand.next, stand.observed, ROUNDS_MAX);
  }

  /** @throws HostError `step-failed`, and what the connection and the lock bring */
  async #apply({ owned, next, observed }: Stand): Promise<Applied> {
    const { identity, desired, remembered } = this.#task;
    const asked = join(join(ownedBy(desired), remembered), owned);
    const order = { identity, steps: next, ...guardsOf(this.#task, observed), owned: asked };
    const applied = await this.#host.apply(order);
    for (const warning of applied.warnings) this.#say(`${this.#host.name}: ${warning}`);
    if (applied.failed !== null) throw stepFailed(this.#host, this.#task, next, applied, applied.failed);
    return applied;
  }

  /** @throws HostError `foreign`, and `step-failed` for a file that came in between */
  async #after({ owned }: Stand, applied: Applied): Promise<Stand> {
    const { observed } = applied;
    if (!isOfOwner(this.#task, applied)) {
      this.isTouched = true;
      await refuseIntruder(this.#host, this.#task, owned, applied);
      const left = stillOwned(this.#task, owned, applied);
      return { owned, observed, next: planned(this.#task, left, observed) };
    }
    if (isLost(this.#task, observed.manifests)) return { owned, observed, next: [] };
    const now = ownedOf(this.#task, observed);
    refuseForeign(this.#host, this.#task, now, observed);
    return { owned: now, observed, next: planned(this.#task, now, observed) };
  }
}

/** An error that says "nothing was changed" is wrong once a trip has changed the host. */
function asTouched(error: unknown): unknown {
  if (!(error instanceof HostError) || !UNTOUCHED.has(error.code)) return error;
  const code = error.code === "foreign" ? "step-failed" : "connection-lost";
  const because = `${error.facts.because}; what this run did before stays done`;
  return new HostError(code, { ...error.facts, because }, { cause: error });
}
