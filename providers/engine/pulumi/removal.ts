import { HostError, type HostErrorCode, type HostErrorFacts } from "../errors.ts";
import type { Host } from "../host.ts";
import { NOTHING } from "../kinds/desired.ts";
import { converge } from "../plan/converge.ts";
import type { Say } from "../plan/explain.ts";
import type { Task } from "../plan/task.ts";
import { entries } from "../records.ts";
import type { Observed } from "../state/observed.ts";
import { type Connection, type HostStateOutputs, recordedIn } from "../state/outputs.ts";
import { OWNS_NOTHING } from "../state/owned.ts";
import { memoryOf, type Open } from "./inputs.ts";
import { PulumiRun } from "./run.ts";

/**
 * Failures that may mean that a host is gone: nothing answers at its address, or another machine does. That it refuses
 * a login, has too many callers, or that this machine has no key or network, says nothing of that kind.
 */
const GONE: ReadonlySet<HostErrorCode> = new Set(["unreachable", "host-key"]);

/** Removes the resource from its host. On a host that the user calls gone for good it is forgotten, on no other. */
export async function remove<C extends Connection>(
  open: Open<C>,
  olds: HostStateOutputs<C>,
  say: Say,
  run = new PulumiRun(),
): Promise<void> {
  recordedIn(olds);
  const { host } = olds.connection;
  try {
    await removeFrom(open(olds.connection), olds, say);
  } catch (error) {
    if (!(error instanceof HostError) || !GONE.has(error.code)) throw error;
    // with a jump host that does not answer, nothing is known of the host behind it
    const silent = [...new Set([host, error.facts.host])];
    if (!silent.every((name) => run.isForgotten(name)))
      throw new HostError(error.code, withWayOut(error.facts, host, silent), { cause: error });
    say(`${host}: ${olds.identity.key} is forgotten, with all that it left there: ${error.facts.because}`);
  }
  run.drop(olds.nonce);
}

/** @param silent the host, and the jump host that does not answer */
function withWayOut(facts: HostErrorFacts, host: string, silent: readonly string[]): HostErrorFacts {
  const hint = facts.hint === undefined ? "" : `${facts.hint}; `;
  return {
    ...facts,
    hint: `${hint}if ${silent.join(" and ")} ${silent.length > 1 ? "are" : "is"} gone for good, run the same command with TSPROXY_FORGET_HOSTS=${silent.join(",")} in its environment, and remove the nodes of ${host} in the consoles of their tailnets`,
  };
}

async function removeFrom<C extends Connection>(
  host: Host,
  olds: HostStateOutputs<C>,
  say: Say,
): Promise<void> {
  const identity = { ...olds.identity, nonce: olds.nonce };
  const task = { identity, desired: NOTHING, secrets: {}, adopt: false, last: true };
  if (identity.sweeps) {
    const before = await host.look({ owned: OWNS_NOTHING, requirements: [] });
    // a run that was killed before its first manifest, or after its last one, may have left a directory of ours
    if (before.manifests[identity.key] === undefined) {
      const steps = [{ do: "forget", key: identity.key }] as const;
      await host.apply({ identity, steps, head: "", owned: OWNS_NOTHING });
    }
    await sweep(host, task, before, say);
  }
  const observed = await converge(host, { ...task, ...memoryOf(olds) }, say);
  // resources that were created during the removal have lost their gateway
  if (identity.sweeps) await sweep(host, task, observed, say);
}

/**
 * Removes what interrupted runs of the same stack left and no resource calls any more: before the resource
 * itself goes, whose programs may be needed for it. Nothing is removed where another resource has taken
 * the key over.
 */
async function sweep(
  host: Host,
  task: Omit<Task, "remembered" | "isUntouched">,
  { manifests }: Observed,
  say: Say,
): Promise<void> {
  const { project, stack, key, nonce } = task.identity;
  if (manifests[key] !== undefined && manifests[key].nonce !== nonce) return;
  for (const [left, manifest] of entries(manifests)) {
    if (left === key || manifest.project !== project || manifest.stack !== stack) continue;
    if (manifest.owned === null) continue;
    say(`${host.name}: ${left} was left behind by an interrupted run; removing it`);
    const identity = { ...task.identity, key: left, nonce: manifest.nonce };
    const memory = { remembered: manifest.owned, isUntouched: () => true };
    await converge(host, { ...task, identity, ...memory }, say);
  }
}
