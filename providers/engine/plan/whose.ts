import type { Identity } from "../kinds/desired.ts";
import type { HostPath } from "../kinds/names.ts";
import { GATEWAY, type Manifest, type Manifests } from "../state/manifest.ts";
import type { Task } from "./task.ts";

/**
 * Whose the name of a resource is on its host. Project and stack alone do not tell: two people, or two backends, may have
 * the same. What tells is a nonce that the state has: the resource's own, that of another one of this run, or that of the
 * gateway which the resource with the name stands on.
 */
export type Whose = "nobody" | "this state" | "another state" | "another stack" | "unreadable";

export type Asking = Pick<Task, "identity" | "formerly" | "peers">;

export function whoseNameIs(task: Asking, manifests: Manifests): Whose {
  const manifest = manifests[task.identity.key];
  if (manifest === undefined) return "nobody";
  if (manifest.owned === null) return "unreadable";
  if (!isOfOurStack(task, manifest)) return "another stack";
  return isOfThisState(task, manifest, manifests) ? "this state" : "another state";
}

export function isOfOurStack({ identity, formerly }: Asking, { project, stack }: Manifest): boolean {
  return [identity, formerly].some((owner) => project === owner?.project && stack === owner?.stack);
}

/** A resource that took the key over has written its own nonce into the manifest. */
export function wasTakenOver({ nonce }: Identity, manifest: Manifest): boolean {
  return nonce !== undefined && manifest.nonce !== nonce;
}

function isOfThisState(task: Asking, manifest: Manifest, manifests: Manifests): boolean {
  if (!isUnknown(task, manifest)) return true;
  if (task.identity.sweeps) return isAbandoned(task, manifests);
  const gateway = gatewayOfStack(task, manifests);
  // a host without a gateway has nothing that a state could be told by
  if (gateway === undefined) return true;
  return (
    gateway.nonce === task.peers?.gateway && [null, nameOf(gateway)].some((name) => name === manifest.gateway)
  );
}

/**
 * Another resource wrote it, and none that this run has come across: that one would have been renamed in the program. By
 * its first name, which manifests keep, a gateway is known too.
 */
function isUnknown({ identity, peers }: Asking, manifest: Manifest): boolean {
  if (!wasTakenOver(identity, manifest)) return false;
  const names = identity.sweeps ? [manifest.nonce, nameOf(manifest)] : [manifest.nonce];
  return !names.some((name) => peers?.knows(name));
}

/**
 * A gateway that no state of this run has and that nothing stands on: the run that made it was cut before Pulumi wrote it
 * down. Were it another state's, there would be nothing to lose.
 */
export function isAbandoned(task: Asking, manifests: Manifests): boolean {
  const manifest = manifests[task.identity.key];
  if (!task.identity.sweeps || manifest === undefined || !isUnknown(task, manifest)) return false;
  return standingOn(task, manifests).length === 0;
}

/** Keys of what else the stack has on the host. */
export function standingOn(task: Asking, manifests: Manifests): string[] {
  return Object.entries(manifests).flatMap(([key, manifest]) =>
    key !== task.identity.key && isOfOurStack(task, manifest) ? [key] : [],
  );
}

/** The manifest of the gateway that the resource stands on. */
export function gatewayOfStack(task: Asking, manifests: Manifests): Manifest | undefined {
  const manifest = manifests[GATEWAY];
  if (task.identity.sweeps || manifest?.owned == null) return undefined;
  return isOfOurStack(task, manifest) ? manifest : undefined;
}

/** Whether a state other than that of this run has the gateway that the resource stands on. */
export function standsOnAnothers(task: Asking, manifests: Manifests): boolean {
  const nonce = gatewayOfStack(task, manifests)?.nonce;
  const { peers } = task;
  if (nonce === undefined || peers?.gateway === undefined) return false;
  return nonce !== peers.gateway && !peers.knows(nonce);
}

/**
 * What manifests call the gateway that the resource stands on, or that it is. A gateway that is renamed in the program
 * keeps its name there, which the manifests of its tailnets have; one that is adopted gets another.
 */
export function gatewayNameOf(task: Asking, manifests: Manifests): string | null {
  const { identity, peers } = task;
  if (!identity.sweeps) {
    const gateway = gatewayOfStack(task, manifests);
    return gateway === undefined ? (peers?.gateway ?? null) : nameOf(gateway);
  }
  const own = manifests[identity.key];
  const isSame = own?.owned != null && isOfOurStack(task, own) && !isUnknown(task, own);
  return isSame ? nameOf(own) : (identity.nonce ?? null);
}

/** What a gateway is called by the manifests of what stands on it. */
export function nameOf(gateway: Manifest): string {
  return gateway.gateway ?? gateway.nonce;
}

/** Whether the resource goes on with what its manifest names. */
export function isToTake(task: Task, manifests: Manifests): boolean {
  const whose = whoseNameIs(task, manifests);
  return whose === "this state" || (whose === "another state" && task.adopt);
}

/** Manifests of others that name that file. */
export function ownersBesides(key: string, path: HostPath, manifests: Manifests): [key: string, Manifest][] {
  return Object.entries(manifests).filter(
    ([other, { owned }]) => other !== key && owned?.files.includes(path) === true,
  );
}
