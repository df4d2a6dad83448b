import { HostError } from "../errors.ts";
import type { Applied, Host, Order } from "../host.ts";
import type { Identity } from "../kinds/desired.ts";
import { keys } from "../records.ts";
import {
  GATEWAY,
  headOf,
  type Manifest,
  type Manifests,
  manifestPath,
  manifestText,
  newerFormat,
  ownerOf,
} from "../state/manifest.ts";
import type { Observed } from "../state/observed.ts";
import { join, OWNS_NOTHING, type Owned, ownedBy } from "../state/owned.ts";
import type { Task } from "./task.ts";
import {
  gatewayNameOf,
  gatewayOfStack,
  isAbandoned,
  isOfOurStack,
  isToTake,
  ownersBesides,
  wasTakenOver,
} from "./whose.ts";

/** @throws HostError `state-format` for a manifest that only a newer release can read. */
export function refuseNewer(host: Host, { key }: Identity, manifest: Manifest | undefined): void {
  const format = newerFormat(manifest);
  if (format === null) return;
  throw new HostError("state-format", {
    host: host.name,
    doing: `read the manifest of ${key}`,
    because: `it has format ${format}, and this release of pulumi-tsproxy knows formats up to 2`,
    hint: "use the release that wrote it, or a newer one",
  });
}

/** A resource that goes away leaves alone what has come to be another resource's, or another stack's. */
export function isLost(task: Task, manifests: Manifests): boolean {
  const manifest = manifests[task.identity.key];
  return (
    task.last &&
    manifest?.owned != null &&
    (!isOfOurStack(task, manifest) || wasTakenOver(task.identity, manifest))
  );
}

/** By the host's manifest; without one, what the state remembers, of files only those that were not touched since. */
export function ownedOf(task: Task, observed: Observed): Owned {
  const manifest = observed.manifests[task.identity.key];
  if (manifest?.owned != null && isToTake(task, observed.manifests)) return manifest.owned;
  const files = task.remembered.files.filter((path) => task.isUntouched(path, observed));
  return { ...task.remembered, files };
}

/** After a whole round the manifest says it all: without one, what is there now is no longer the resource's. */
export function stillOwned({ identity }: Task, before: Owned, { observed, moved }: Applied): Owned {
  return observed.manifests[identity.key]?.owned ?? (moved === null ? OWNS_NOTHING : before);
}

/** What must be as it was seen when an order for `task` is begun: whose its name is, and whose gateway it stands on. */
export function guardsOf(task: Task, { manifests }: Observed): Pick<Order, "heads" | "alone"> {
  const { key } = task.identity;
  const own = { [key]: headOf(manifests[key]?.text ?? "") };
  if (task.last) return { heads: own };
  const gateway = gatewayOfStack(task, manifests);
  return {
    heads: gateway === undefined ? own : { ...own, [GATEWAY]: headOf(gateway.text) },
    alone: isAbandoned(task, manifests),
  };
}

/** @returns whether what came between the look and the order is the manifest of a resource: all is planned anew then */
export function isOfOwner({ identity }: Task, { moved }: Applied): boolean {
  return moved !== null && [identity.key, GATEWAY].some((key) => moved === manifestPath(key));
}

/**
 * A file appeared where ours was about to be written. The manifest stops naming it, so that a destroy leaves it there.
 *
 * @throws HostError `step-failed`
 */
export async function refuseIntruder(
  host: Host,
  task: Task,
  before: Owned,
  { moved, observed }: Applied,
): Promise<void> {
  const intruder = keys(observed.files).find((path) => path === moved && !before.files.includes(path));
  if (intruder === undefined || task.adopt) return;
  const { identity } = task;
  const all = join(ownedBy(task.desired), before);
  const owned = { ...all, files: all.files.filter((path) => path !== intruder) };
  const text = manifestText(identity, gatewayNameOf(task, observed.manifests), owned);
  const steps = [{ do: "note", key: identity.key, text }] as const;
  await host.apply({ identity, steps, ...guardsOf(task, observed), owned });
  throw new HostError("step-failed", {
    host: host.name,
    doing: `write ${intruder}`,
    because: "another program made this file while it was about to be written",
    evidence: ownersBesides(identity.key, intruder, observed.manifests).map(
      (owner) => `${intruder} belongs to ${ownerOf(...owner)}`,
    ),
    hint: "find out which; remove the file and run the same command again",
  });
}
