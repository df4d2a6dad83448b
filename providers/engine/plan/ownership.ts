import { HostError } from "../errors.ts";
import type { Applied, Host } from "../host.ts";
import type { Identity } from "../kinds/desired.ts";
import type { HostPath } from "../kinds/names.ts";
import { keys } from "../records.ts";
import { headOf, type Manifest, manifestText, newerFormat, ownerOf } from "../state/manifest.ts";
import type { Observed } from "../state/observed.ts";
import { join, OWNS_NOTHING, type Owned, ownedBy } from "../state/owned.ts";
import type { Task } from "./task.ts";

type Owners = Pick<Task, "identity"> & { readonly formerly?: Identity | undefined };

/** @throws HostError `state-format` for a manifest that only a newer release can read. */
export function refuseNewer(host: Host, { key }: Identity, manifest: Manifest | undefined): void {
  const format = newerFormat(manifest);
  if (format === null) return;
  throw new HostError("state-format", {
    host: host.name,
    doing: `read the manifest of ${key}`,
    because: `it has format ${format}, and this release of pulumi-tsproxy knows format 1`,
    hint: "use the release that wrote it, or a newer one",
  });
}

export function headIn({ manifests }: Observed, { key }: Identity): string {
  return headOf(manifests[key]?.text ?? "");
}

/** A resource that goes away leaves alone what has come to be another resource's, or another stack's. */
export function isLost(task: Task, { manifests }: Observed): boolean {
  const manifest = manifests[task.identity.key];
  return (
    task.last && manifest?.owned != null && (!isOurs(task, manifest) || wasTakenOver(task.identity, manifest))
  );
}

/** By the host's manifest; without one, what the state remembers, of files only those that were not touched since. */
export function ownedOf(task: Task, observed: Observed): Owned {
  const manifest = observed.manifests[task.identity.key];
  if (manifest?.owned != null && isOurs(task, manifest)) return manifest.owned;
  const files = task.remembered.files.filter((path) => task.isUntouched(path, observed));
  return { ...task.remembered, files };
}

/** After a whole round the manifest says it all: without one, what is there now is no longer the resource's. */
export function stillOwned({ identity }: Task, before: Owned, { observed, moved }: Applied): Owned {
  return observed.manifests[identity.key]?.owned ?? (moved === null ? OWNS_NOTHING : before);
}

function isOurs({ identity, formerly }: Owners, { project, stack }: Manifest): boolean {
  return [identity, formerly].some((owner) => project === owner?.project && stack === owner?.stack);
}

/** A resource that took the key over has written its own nonce into the manifest. */
function wasTakenOver({ nonce }: Identity, manifest: Manifest): boolean {
  return nonce !== undefined && manifest.nonce !== nonce;
}

/** @throws HostError `foreign` for a name or a file that is another resource's, or that no stack has made */
export function refuseForeign(host: Host, task: Task, owned: Owned, observed: Observed): void {
  if (task.last) return;
  refuseTwoGateways(host, task, observed);
  const claims = [...nameClaims(task, observed), ...fileClaims(task, owned, observed)];
  if (claims.length === 0) return;
  throw new HostError("foreign", {
    host: host.name,
    doing: `take ${task.identity.key}`,
    because: `${claims.length} thing(s) on the host are not this resource's`,
    evidence: claims.map(({ text }) => text),
    hint: claims.some(({ isOtherStacks }) => isOtherStacks)
      ? "a host has one stack: add the tailnets to that stack, or destroy it there first"
      : "remove them, choose another name, or set adopt: true to take over files that no stack owns (destroy gives them back)",
  });
}

/** Something that another resource has, or that was there before. */
interface Claim {
  readonly text: string;
  readonly isOtherStacks: boolean;
}

function nameClaims(task: Task, { manifests }: Observed): Claim[] {
  const { key } = task.identity;
  const manifest = manifests[key];
  if (manifest === undefined || isOurs(task, manifest)) return [];
  if (manifest.owned === null && task.adopt) return [];
  return [{ text: `${key} belongs to ${ownerOf(key, manifest)}`, isOtherStacks: manifest.owned !== null }];
}

function fileClaims(task: Task, owned: Owned, { files, manifests }: Observed): Claim[] {
  const { key } = task.identity;
  const manifest = manifests[key];
  const isSaidByName = (path: HostPath) =>
    manifest !== undefined && !isOurs(task, manifest) && manifest.owned?.files.includes(path) === true;
  return keys(task.desired.files).flatMap((path): Claim[] => {
    const found = files[path];
    if (found === undefined || owned.files.includes(path) || isSaidByName(path)) return [];
    const [other] = ownersBesides(key, path, manifests);
    if (other !== undefined)
      return [{ text: `${path} belongs to ${ownerOf(...other)}`, isOtherStacks: !isOurs(task, other[1]) }];
    if (task.adopt && found.kind === "file") return [];
    return [
      {
        text: `${path} is there already (${found.kind}) and was not made by this stack`,
        isOtherStacks: false,
      },
    ];
  });
}

function ownersBesides(
  key: string,
  path: HostPath,
  manifests: Observed["manifests"],
): [key: string, manifest: Manifest][] {
  return Object.entries(manifests).filter(
    ([other, { owned }]) => other !== key && owned?.files.includes(path) === true,
  );
}

/**
 * The name belongs to a resource of the same stack: it is taken over, since that resource was renamed or its
 * state lost. Unless this very run wants that one too: then two of its gateways are one host.
 */
function refuseTwoGateways(host: Host, task: Task, { manifests }: Observed): void {
  const { identity, peers } = task;
  const manifest = manifests[identity.key];
  if (peers === undefined || identity.nonce === undefined || manifest?.owned == null) return;
  if (!wasTakenOver(identity, manifest) || !isOurs(task, manifest)) return;
  const other = peers.wanted(manifest.nonce);
  if (other === undefined) peers.take(manifest.nonce, host.name);
  else
    throw twoGatewaysOneHost(
      host.name,
      `take ${identity.key}`,
      "another resource of this program has it",
      other,
    );
}

/** @param other what the other gateway of the program calls the host */
export function twoGatewaysOneHost(host: string, doing: string, because: string, other: string): HostError {
  return new HostError("foreign", {
    host,
    doing,
    because: `${because}, which calls the same host ${other}`,
    hint: "a host has one Gateway: put all its tailnets there, and take the other one out of the program",
  });
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
  const text = manifestText(identity, owned);
  const steps = [{ do: "note", key: identity.key, text }] as const;
  await host.apply({ identity, steps, head: headIn(observed, identity), owned });
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
