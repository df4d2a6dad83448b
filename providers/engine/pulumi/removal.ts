import { HostError, type HostErrorCode, type HostErrorFacts } from "../errors.ts";
import type { Host } from "../host.ts";
import { NOTHING } from "../kinds/desired.ts";
import type { ObservedUnits } from "../kinds/unit/spec.ts";
import { converge } from "../plan/converge.ts";
import type { Say } from "../plan/explain.ts";
import { isLost } from "../plan/ownership.ts";
import type { Task } from "../plan/task.ts";
import { nameOf, standingOn } from "../plan/whose.ts";
import { keys } from "../records.ts";
import type { Manifest } from "../state/manifest.ts";
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
    const { manifests } = await removeFrom(open(olds.connection), olds, say);
    // one that was renamed in the program is gone with its name only
    if (run.takenAt(olds.nonce) === undefined && isLost(taskOf(olds), manifests))
      say(`${host}: note: ${olds.identity.key} is another resource's by now, and stays`);
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
): Promise<Observed> {
  const task = taskOf(olds);
  const { identity } = task;
  if (!identity.sweeps) return converge(host, task, say);
  const before = await host.look({ owned: OWNS_NOTHING, requirements: [] });
  const own = before.manifests[identity.key];
  // a run that was killed before its first manifest, or after its last one, may have left a directory of ours
  if (own === undefined) {
    const steps = [{ do: "forget", key: identity.key }] as const;
    await host.apply({ identity, steps, heads: { [identity.key]: "" }, owned: OWNS_NOTHING });
  }
  const sweeper = { host, task, say, gateway: own === undefined ? olds.nonce : nameOf(own) };
  await sweep(sweeper, before);
  const after = await converge(host, task, say);
  // resources that were created during the removal have lost their gateway
  sayWhatStays(sweeper, await sweep(sweeper, after));
  return after;
}

function taskOf<C extends Connection>(olds: HostStateOutputs<C>): Task {
  const identity = { ...olds.identity, nonce: olds.nonce };
  return { identity, desired: NOTHING, secrets: {}, adopt: false, last: true, ...memoryOf(olds) };
}

interface Sweeper {
  readonly host: Host;
  /** Of the gateway's removal. */
  readonly task: Task;
  readonly say: Say;
  /** What manifests call it. */
  readonly gateway: string;
}

/**
 * Removes what interrupted runs of the same state left and no resource calls any more: before the gateway
 * itself goes, whose programs may be needed for it. Nothing is removed where another resource has taken
 * the key over, and nothing that stands on the gateway of another state.
 *
 * @returns what the stack has on the host and this state does not
 */
async function sweep(
  { host, task, say, gateway }: Sweeper,
  { manifests, units }: Observed,
): Promise<string[]> {
  if (isLost(task, manifests)) return [];
  const stays: string[] = [];
  for (const key of standingOn(task, manifests)) {
    const manifest = manifests[key];
    if (manifest?.owned == null) continue;
    if (!isLeftBehind(manifest, gateway, units)) {
      stays.push(key);
      continue;
    }
    say(`${host.name}: ${key} was left behind by an interrupted run; removing it`);
    const identity = { ...task.identity, key, nonce: manifest.nonce, sweeps: false };
    const memory = { remembered: manifest.owned, isUntouched: () => true };
    await converge(host, { ...task, identity, ...memory }, say);
  }
  return stays;
}

/**
 * Manifests of the builds up to 0.1.0 do not say what they stand on: those that nothing runs of were left half-made. What
 * runs may be a living tailnet of another state.
 */
function isLeftBehind({ gateway: on, owned }: Manifest, gateway: string, units: ObservedUnits): boolean {
  if (on !== null) return on === gateway;
  return keys(owned?.units ?? {}).every((unit) => units[unit]?.active !== "active");
}

function sayWhatStays({ host, task, say }: Sweeper, stays: readonly string[]): void {
  if (stays.length === 0) return;
  const { project, stack } = task.identity;
  say(
    `${host.name}: note: ${stays.join(", ")} of ${project}/${stack} is not known to this state and stays; to remove it, take it into a program with adopt: true first`,
  );
}
