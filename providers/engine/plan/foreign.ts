import { HostError } from "../errors.ts";
import type { Host } from "../host.ts";
import { keys } from "../records.ts";
import { GATEWAY, ownerOf, stackOf } from "../state/manifest.ts";
import type { Observed } from "../state/observed.ts";
import type { Owned } from "../state/owned.ts";
import type { Say } from "./explain.ts";
import type { Task } from "./task.ts";
import {
  gatewayOfStack,
  isAbandoned,
  isOfOurStack,
  isToTake,
  ownersBesides,
  standingOn,
  standsOnAnothers,
  wasTakenOver,
  whoseNameIs,
} from "./whose.ts";

/** Says whose name it takes over, where that is not its own. */
export function sayWhose({ name }: Host, task: Task, { manifests }: Observed, say: Say): void {
  const { key } = task.identity;
  const manifest = manifests[key];
  if (task.last || manifest === undefined) return;
  if (isAbandoned(task, manifests))
    say(`${name}: note: ${key} was made by a run that Pulumi has no record of; nothing stands on it`);
  else if (whoseNameIs(task, manifests) === "another state")
    say(`${name}: note: ${key} was made with another state of ${stackOf(manifest)} and is adopted`);
}

/** @throws HostError `foreign` for a name or a file that is another resource's, or that no stack has made */
export function refuseForeign(host: Host, task: Task, owned: Owned, observed: Observed): void {
  if (task.last) return;
  refuseTwoGateways(host, task, observed);
  refuseWithoutGateway(host, task, observed);
  const claims = [
    ...gatewayClaims(task, observed),
    ...nameClaims(task, observed),
    ...fileClaims(task, owned, observed),
  ];
  if (claims.length === 0) return;
  const [kind] = KINDS.filter((kind) => claims.some((claim) => claim.kind === kind));
  throw new HostError("foreign", {
    host: host.name,
    doing: `take ${task.identity.key}`,
    because: `${claims.length} thing(s) on the host are not this resource's`,
    evidence: claims.map(({ text }) => text),
    hint: HINTS[kind ?? "file"],
  });
}

/** Something that another resource has, or that was there before. */
interface Claim {
  readonly text: string;
  readonly kind: "stack" | "state" | "file";
}

const KINDS = ["stack", "state", "file"] as const;

const HINTS: Readonly<Record<Claim["kind"], string>> = {
  stack: "a host has one stack: add the tailnets to that stack, or destroy it there first",
  state:
    "if a Gateway was only renamed in the program, run `pulumi up --refresh`, which finds out; if the other state is lost, set adopt: true on the Gateway once and run `pulumi up --refresh`; if another person has it, use that state (its backend), or another host",
  file: "remove them, choose another name, or set adopt: true to take over files that no stack owns (destroy gives them back)",
};

function gatewayClaims(task: Task, { manifests }: Observed): Claim[] {
  const gateway = gatewayOfStack(task, manifests);
  if (gateway === undefined || !standsOnAnothers(task, manifests)) return [];
  return [{ text: `${GATEWAY} belongs to another state of ${stackOf(gateway)}`, kind: "state" }];
}

function nameClaims(task: Task, { manifests }: Observed): Claim[] {
  const { key } = task.identity;
  const manifest = manifests[key];
  if (manifest === undefined || isToTake(task, manifests)) return [];
  switch (whoseNameIs(task, manifests)) {
    case "another state": {
      const others = standingOn(task, manifests);
      const besides = task.identity.sweeps ? `, with ${others.join(", ")}` : "";
      return [{ text: `${key} belongs to another state of ${stackOf(manifest)}${besides}`, kind: "state" }];
    }
    case "unreadable":
      return task.adopt ? [] : [{ text: `${key} belongs to ${ownerOf(key, manifest)}`, kind: "file" }];
    default:
      return [{ text: `${key} belongs to ${ownerOf(key, manifest)}`, kind: "stack" }];
  }
}

function fileClaims(task: Task, owned: Owned, { files, manifests }: Observed): Claim[] {
  const { key } = task.identity;
  const named = isToTake(task, manifests) ? [] : (manifests[key]?.owned?.files ?? []);
  return keys(task.desired.files).flatMap((path): Claim[] => {
    const found = files[path];
    if (found === undefined || owned.files.includes(path) || named.includes(path)) return [];
    const [other] = ownersBesides(key, path, manifests);
    if (other !== undefined)
      return [
        {
          text: `${path} belongs to ${ownerOf(...other)}`,
          kind: isOfOurStack(task, other[1]) ? "file" : "stack",
        },
      ];
    if (task.adopt && found.kind === "file") return [];
    return [
      { text: `${path} is there already (${found.kind}) and was not made by this stack`, kind: "file" },
    ];
  });
}

/**
 * The name belongs to a resource that this very run has, and reaches by another address: two of its gateways are one
 * host. Any other one is noted, in case the program comes to it later.
 */
function refuseTwoGateways(host: Host, task: Task, { manifests }: Observed): void {
  const { identity, peers } = task;
  const manifest = manifests[identity.key];
  if (peers === undefined || manifest?.owned == null || !isOfOurStack(task, manifest)) return;
  if (!wasTakenOver(identity, manifest)) return;
  const other = peers.elsewhere(manifest.nonce);
  if (other === undefined) {
    if (isToTake(task, manifests)) peers.take(manifest.nonce);
    return;
  }
  throw twoGatewaysOneHost(
    host.name,
    `take ${identity.key}`,
    "another resource of this program has it",
    other,
  );
}

/** Where a gateway has gone since this run dealt with it, what stands on it cannot be made, and would be swept away. */
function refuseWithoutGateway(host: Host, task: Task, { manifests }: Observed): void {
  const { identity, peers } = task;
  if (identity.sweeps || manifests[GATEWAY] !== undefined) return;
  if (peers?.gateway === undefined && manifests[identity.key]?.gateway == null) return;
  throw new HostError("foreign", {
    host: host.name,
    doing: `take ${identity.key}`,
    because:
      "the gateway that it stands on is no longer on the host: another run destroyed it, or the host was wiped",
    hint: "run `pulumi up --refresh`, which makes both anew",
  });
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
