import { HostError } from "./errors.ts";
import { entries, type Footprint, footprintOf, join, keys, NOWHERE } from "./footprint.ts";
import type { Applied, Host } from "./host.ts";
import type { Desired, HostPath, Identity } from "./model.ts";
import { headOf, type Manifest, type Observed } from "./observation.ts";
import type { Secrets } from "./outline.ts";
import { describe, manifestPath, manifestText, ownerOf, plan, type Step } from "./plan.ts";
import { findingText, isAdvice, isOwn } from "./requirements.ts";
import { type Run, twin } from "./run.ts";

export interface Task {
  readonly identity: Identity;
  /** What the stack or project was called when the resource was last written. */
  readonly formerly?: Identity;
  readonly desired: Desired;
  readonly secrets: Secrets;
  /** Where the state says that the resource left marks, and which of these files still are as it left them. */
  readonly remembered: Footprint;
  readonly isUntouched: (path: HostPath, observed: Observed) => boolean;
  readonly adopt: boolean;
  /** The resource goes away for good. */
  readonly last: boolean;
  /** What else is known of this run of Pulumi. */
  readonly run?: Run;
}

type Owners = { readonly identity: Identity; readonly formerly?: Identity | undefined };

/** Two suffice when nobody interferes: one that acts, one that finds nothing left. The rest absorb races. */
const ROUNDS_MAX = 4;

/**
 * Makes `host` match the task's `desired` and returns what it then looks like. Each trip ends with a
 * look, so the last one is the proof. Safe to run again after any failure.
 *
 * @param say gets advice and warnings, a line each.
 */
export async function converge(host: Host, task: Task, say: (line: string) => void): Promise<Observed> {
  const { identity, desired, last } = task;
  const footprint = join(footprintOf(desired), task.remembered);
  let observed = await host.look({
    footprint,
    requirements: last ? [] : desired.requirements,
    beforeChange: true,
  });
  refuseNewer(host, identity, observed.manifests[identity.key]);
  if (isAnothers(task, observed)) return observed;
  let before = ownedOf(task, observed);
  let next = plan({ ...task, owned: before, observed });
  if (next.length === 0) return observed;
  if (last) warnOfNode(host, before, observed, say);
  refuseForeign(host, task, before, observed);
  refuseUnmet(host, task, before, observed, say);
  let isTouched = false;
  for (let round = 1; next.length > 0 && round <= ROUNDS_MAX; round++) {
    const order = {
      identity,
      steps: next,
      held: headIn(observed, identity),
      footprint: join(footprint, before),
    };
    const applied = await host.apply(order).catch(isTouched ? asTouched : rethrow);
    for (const warning of applied.warnings) say(`${host.name}: ${warning}`);
    if (applied.failed !== null) throw failure(host, task, next, applied, applied.failed);
    observed = applied.observed;
    if (applied.moved === manifestPath(identity.key)) {
      if (isAnothers(task, observed)) return observed;
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
  const health = healthOf(task, observed);
  throw new HostError("not-converging", {
    host: host.name,
    doing: "settle",
    because: `${next.length} difference(s) remain after ${ROUNDS_MAX} rounds`,
    evidence: health,
    left: next.map(describe),
    hint:
      health.length > 0
        ? NEW_KEY
        : "something else on the host changes these; stop it, or stop managing them here",
  });
}

/** @throws HostError `state-format` for a manifest that only a newer release can read. */
export function refuseNewer(host: Host, { key }: Identity, manifest: Manifest | undefined): void {
  const [, format = "1"] = /^tsproxy (\d+) /.exec(manifest?.text ?? "") ?? [];
  if (format === "1") return;
  throw new HostError("state-format", {
    host: host.name,
    doing: `read the manifest of ${key}`,
    because: `it has format ${format}, and this release of pulumi-tsproxy knows format 1`,
    hint: "use the release that wrote it, or a newer one",
  });
}

function headIn({ manifests }: Observed, { key }: Identity): string {
  return headOf(manifests[key]?.text ?? "");
}

/** Without its configuration a daemon cannot be asked to leave; a removal that was cut may have asked it. */
function warnOfNode(
  { name }: Host,
  { leave }: Footprint,
  { files }: Observed,
  say: (line: string) => void,
): void {
  if (leave === null || leave.config in files) return;
  say(
    `${name}: the node may still be listed in its tailnet: ${leave.config} is gone, so it cannot be logged out now`,
  );
}

/** What goes away leaves alone what has come to be another resource's, or another stack's. */
function isAnothers(task: Task, { manifests }: Observed): boolean {
  const manifest = manifests[task.identity.key];
  return (
    task.last &&
    manifest?.footprint != null &&
    (!isOurs(task, manifest) || wasTakenOver(task.identity, manifest))
  );
}

/** For ownership the host's manifest counts; without one, what the state remembers and nobody touched since. */
function ownedOf(task: Task, observed: Observed): Footprint {
  const manifest = observed.manifests[task.identity.key];
  if (manifest?.footprint != null && isOurs(task, manifest)) return manifest.footprint;
  const files = task.remembered.files.filter((path) => task.isUntouched(path, observed));
  return { ...task.remembered, files };
}

/** After a whole round the manifest says it all: without one, what is there now is no longer ours. */
function stillOwned({ identity }: Task, before: Footprint, { observed, moved }: Applied): Footprint {
  return observed.manifests[identity.key]?.footprint ?? (moved === null ? NOWHERE : before);
}

function isOurs({ identity, formerly }: Owners, { project, stack }: Manifest): boolean {
  return [identity, formerly].some((owner) => project === owner?.project && stack === owner?.stack);
}

/** A resource that took the key over has written its own name into the manifest. */
function wasTakenOver({ nonce }: Identity, manifest: Manifest): boolean {
  return nonce !== undefined && manifest.nonce !== nonce;
}

function refuseForeign(host: Host, task: Task, owned: Footprint, observed: Observed): void {
  const { identity, desired, adopt, last } = task;
  if (last) return;
  refuseTwin(host, task, observed);
  const problems: string[] = [];
  const manifest = observed.manifests[identity.key];
  let isOtherStacks = manifest?.footprint != null && !isOurs(task, manifest);
  if (manifest !== undefined && !isOurs(task, manifest) && (manifest.footprint !== null || !adopt)) {
    problems.push(`${identity.key} belongs to ${ownerOf(identity.key, manifest)}`);
  }
  for (const path of keys(desired.files)) {
    const found = observed.files[path];
    if (found === undefined || owned.files.includes(path)) continue;
    // whose it is, is said with the name
    if (isOtherStacks && manifest?.footprint?.files.includes(path)) continue;
    const other = Object.entries(observed.manifests).find(
      ([key, { footprint }]) => key !== identity.key && footprint?.files.includes(path),
    );
    if (other !== undefined) {
      problems.push(`${path} belongs to ${ownerOf(...other)}`);
      isOtherStacks ||= !isOurs(task, other[1]);
    } else if (!adopt || found.kind !== "file") {
      problems.push(`${path} is there already (${found.kind}) and was not made by this stack`);
    }
  }
  if (problems.length === 0) return;
  throw new HostError("foreign", {
    host: host.name,
    doing: `take ${identity.key}`,
    because: `${problems.length} thing(s) on the host are not this resource's`,
    evidence: problems,
    hint: isOtherStacks
      ? "a host has one stack: add the tailnets to that stack, or destroy it there first"
      : "remove them, choose another name, or set adopt: true to take over files that no stack owns (destroy gives them back)",
  });
}

/**
 * The name belongs to a resource of the same stack: it is taken over, since that resource was renamed or its
 * state lost. Unless this very run wants that one too: then two of its gateways are one host.
 */
function refuseTwin(host: Host, { identity, formerly, run }: Task, { manifests }: Observed): void {
  const manifest = manifests[identity.key];
  if (run === undefined || identity.nonce === undefined || manifest?.footprint == null) return;
  if (!wasTakenOver(identity, manifest) || !isOurs({ identity, formerly }, manifest)) return;
  const other = run.wanted(manifest.nonce);
  if (other === undefined) {
    run.take(manifest.nonce, host.name);
    return;
  }
  throw twin(host.name, `take ${identity.key}`, "another resource of this program has it", other);
}

/** Somebody put a file of theirs where ours was about to be written: it is taken out of the note again. */
async function refuseIntruder(
  host: Host,
  task: Task,
  before: Footprint,
  { moved, observed }: Applied,
): Promise<void> {
  const intruder = keys(observed.files).find((path) => path === moved && !before.files.includes(path));
  if (intruder === undefined || task.adopt) return;
  const owned = join(footprintOf(task.desired), before);
  const ours = { ...owned, files: owned.files.filter((path) => path !== intruder) };
  const note: Step = { do: "note", key: task.identity.key, text: manifestText(task.identity, ours) };
  await host.apply({
    identity: task.identity,
    steps: [note],
    held: headIn(observed, task.identity),
    footprint: ours,
  });
  throw new HostError("step-failed", {
    host: host.name,
    doing: `write ${intruder}`,
    because: "somebody made this file while we were about to",
    evidence: ownersBesides(task.identity, intruder, observed),
    hint: "find out who did; remove it and run the same command again",
  });
}

function ownersBesides({ key }: Identity, path: HostPath, { manifests }: Observed): string[] {
  return Object.entries(manifests).flatMap(([other, manifest]) =>
    other !== key && manifest.footprint?.files.includes(path)
      ? [`${path} belongs to ${ownerOf(other, manifest)}`]
      : [],
  );
}

/** An error that says "nothing was changed" is wrong once something was. */
function asTouched(error: unknown): never {
  if (!(error instanceof HostError) || error.code === "cut-off") throw error;
  throw new HostError("connection-lost", error.facts, { cause: error });
}

function rethrow(error: unknown): never {
  throw error;
}

function refuseUnmet(
  host: Host,
  { desired, identity, secrets }: Task,
  owned: Footprint,
  { findings }: Observed,
  say: (line: string) => void,
): void {
  const found = findings.flatMap(({ requirement, evidence }) => {
    const unmet = desired.requirements[requirement];
    return unmet === undefined || isOwn(unmet, owned)
      ? []
      : [{ advice: isAdvice(unmet), text: findingText(unmet, evidence) }];
  });
  for (const { text } of found.filter(({ advice }) => advice)) say(`${host.name}: note: ${text}`);
  const problems = [
    ...found.filter(({ advice }) => !advice).map(({ text }) => text),
    ...unwritable(desired, secrets),
  ];
  if (problems.length === 0) return;
  throw new HostError("requirements", {
    host: host.name,
    doing: `set up ${identity.key}`,
    because: `${problems.length} requirement(s) are not met; nothing was changed`,
    evidence: problems,
  });
}

/** A shell drops NUL characters. Only what is known late gets here with one: an output that is a secret. */
function unwritable({ files }: Desired, secrets: Secrets): string[] {
  return entries(files).flatMap(([path, { content }]) => {
    if (typeof content === "string") return content.includes("\0") ? [`${path} has a NUL character`] : [];
    const hasNul = secrets[content.secret]?.includes("\0") === true;
    return hasNul ? [`the secret ${content.secret} has a NUL character`] : [];
  });
}

function failure(
  host: Host,
  task: Task,
  steps: readonly Step[],
  applied: Applied,
  failed: NonNullable<Applied["failed"]>,
): HostError {
  const names = steps.map(describe);
  const health = healthOf(task, applied.observed);
  return new HostError("step-failed", {
    host: host.name,
    doing: failed.doing,
    because: "the command failed",
    evidence: [...health, ...failed.evidence],
    done: names.slice(0, Math.max(0, applied.begun - 1)),
    left: names.slice(applied.begun),
    ...hintFor(failed, health),
  });
}

/** Advice only where the step, or what was said about it, leaves no doubt. */
const NEW_KEY =
  "if the key was used before or has expired: make a new one in that tailnet, give it as authKey, and run the same command again";

function hintFor(
  { doing, evidence }: NonNullable<Applied["failed"]>,
  health: readonly string[],
): { readonly hint?: string } {
  if (doing.startsWith("install ") || doing.startsWith("update the package")) {
    return {
      hint: "correct the host's package sources (/etc/apt) or its way to them, then run the same command again",
    };
  }
  if (doing.startsWith("download ")) {
    return {
      hint: evidence.some((line) => / has sha256 \S+, not /.test(line))
        ? "the file is not the one that was pinned: do not use it; if it is your own mirror's, pin it with `npx pulumi-tsproxy pin --mirror …`"
        : evidence.some((line) => / leads elsewhere, /.test(line))
          ? "archives are fetched from the server that was named and no other: give a mirror that holds them itself"
          : "the host itself downloads: check its way there, or give a mirror it can reach",
    };
  }
  if (/^(?:start|wait for) /.test(doing) && health.length > 0) return { hint: NEW_KEY };
  return {};
}

/** What logged-out nodes say of themselves: the reason behind most starts that fail. */
function healthOf({ desired }: Task, { probes }: Observed): string[] {
  return Object.values(desired.probes).flatMap(({ socket }) => {
    const facts = probes[socket];
    return facts == null || facts.loggedIn ? [] : facts.health.map((text) => `tailscale: ${text}`);
  });
}
