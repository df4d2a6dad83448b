import { HostError, type HostErrorFacts } from "../errors.ts";
import type { Applied, Host } from "../host.ts";
import type { Desired } from "../kinds/desired.ts";
import { leaveKind } from "../kinds/extension.ts";
import type { Secrets } from "../kinds/file.ts";
import { PACKAGE_MANAGERS } from "../kinds/package.ts";
import { complaintsOf, type ProbeSpecs, warningsOf } from "../kinds/probe.ts";
import { findingText, isAdvice } from "../kinds/requirement.ts";
import { entries } from "../records.ts";
import { type Manifests, ownerOf } from "../state/manifest.ts";
import type { Observed } from "../state/observed.ts";
import type { Owned } from "../state/owned.ts";
import { describe, type Step } from "./step.ts";
import { preconditionsOf, type Task } from "./task.ts";

/** Gets advice, warnings and what will change: a line, or several that belong together. */
export type Say = (...lines: readonly string[]) => void;

/** Says what the programs of a resource say that is wrong with them, or soon will be, and returns it. */
export function warnOfPrograms(
  host: Host,
  { key, probes }: Programs,
  observed: Observed,
  say: Say,
): readonly string[] {
  const warnings = warningsOf(probes, observed.probes);
  for (const warning of warnings) say(`${host.name}: ${key}: ${warning}`);
  return warnings;
}

/** Says which of the addresses that were required the host has no more: where it is in its networks, others may change. */
export function warnOfAddresses(
  host: Host,
  { requirements }: Pick<Desired, "requirements">,
  { addresses }: Observed,
  say: Say,
): void {
  for (const requirement of requirements) {
    if (requirement.kind !== "address" || addresses.length === 0) continue;
    const name = `${requirement.interface} `;
    const found = addresses.filter((each) => each.startsWith(name)).map((each) => each.slice(name.length));
    if (found.includes(requirement.address)) continue;
    const evidence = `${name}has ${found.length === 0 ? "no address" : found.join(", ")}`;
    say(`${host.name}: ${findingText(requirement, evidence)}`);
  }
}

interface Programs {
  /** Of the resource. */
  readonly key: string;
  readonly probes: ProbeSpecs;
}

/** Without its configuration a program cannot be asked to leave; a removal that was cut may have asked it. */
export function warnOfLeave({ name }: Host, { leave }: Owned, { files }: Observed, say: Say): void {
  if (leave === null || leave.config in files) return;
  say(`${name}: ${leaveKind(leave.kind).impossible(leave)}`);
}

/**
 * Says what is advice.
 *
 * @throws HostError `requirements` with everything that is missing
 */
export function refuseUnmet(host: Host, task: Task, owned: Owned, observed: Observed, say: Say): void {
  const { identity, desired, secrets } = task;
  const unmet = unmetOf(task, owned, observed);
  for (const { text } of unmet.filter(({ advice }) => advice)) say(`${host.name}: note: ${text}`);
  const refused = unmet.filter(({ advice }) => !advice).map(({ text }) => text);
  const problems = [...refused, ...unwritable(desired, secrets)];
  if (problems.length === 0) return;
  throw new HostError("requirements", {
    host: host.name,
    doing: `set up ${identity.key}`,
    because: `${problems.length} requirement(s) are not met; nothing was changed`,
    evidence: problems,
  });
}

/** What the resource has made in the kernel itself is there by right, unless another one of the host has come to have it. */
function unmetOf({ desired, identity }: Task, owned: Owned, { findings, manifests }: Observed) {
  const makers = entries(desired.kernel).map(([unit]) => unit);
  const preconditions = preconditionsOf(desired);
  return findings.flatMap(({ requirement, evidence }) => {
    const unmet = preconditions[requirement];
    if (unmet === undefined) return [];
    if (unmet.kind !== "absent") return [{ advice: isAdvice(unmet), text: findingText(unmet, evidence) }];
    const others = evidence.split(", ").flatMap((object) => heldByOthers(object, identity.key, manifests));
    if (others.length > 0) return others.map((text) => ({ advice: false, text }));
    const maker = makers[requirement];
    const isByRight = maker !== undefined && maker in owned.units;
    return isByRight ? [] : [{ advice: false, text: findingText(unmet, evidence) }];
  });
}

/** A network, say, that goes from one tailnet to another: the traffic of both would take the way of the first. */
function heldByOthers(object: string, key: string, manifests: Manifests): string[] {
  return Object.entries(manifests).flatMap(([other, manifest]) =>
    other !== key && manifest.owned?.kernel.includes(object) === true
      ? [
          `${object} belongs to ${ownerOf(other, manifest)}, and passes to another resource in two runs: change that one or take it out, run \`pulumi up\`, and then do this`,
        ]
      : [],
  );
}

/** A shell drops NUL characters. Only what is known late gets here with one: an output that is a secret. */
function unwritable({ files }: Desired, secrets: Secrets): string[] {
  return entries(files).flatMap(([path, { content }]) => {
    if (typeof content === "string") return content.includes("\0") ? [`${path} has a NUL character`] : [];
    const hasNul = secrets[content.secret]?.includes("\0") === true;
    return hasNul ? [`the secret ${content.secret} has a NUL character`] : [];
  });
}

const SOURCES = Object.values(PACKAGE_MANAGERS)
  .map(({ sources }) => sources)
  .join(", ");

type Failed = NonNullable<Applied["failed"]>;

export function stepFailed(
  host: Host,
  task: Task,
  steps: readonly Step[],
  applied: Applied,
  failed: Failed,
): HostError {
  const names = steps.map((step) => describe(step));
  const { lines, trouble } = complaintsOf(task.identity.key, task.desired.probes, applied.observed.probes);
  const isOfProgram = trouble !== null && /^(?:start|wait for) /.test(failed.doing);
  const { doing, because } = isOfProgram ? trouble : { doing: failed.doing, because: "the command failed" };
  return new HostError("step-failed", {
    host: host.name,
    doing,
    because,
    evidence: [...lines, ...failed.evidence],
    done: names.slice(0, Math.max(0, applied.begun - 1)),
    left: names.slice(applied.begun),
    ...(isOfProgram ? hinted(trouble.remedy) : hintFor(failed)),
  });
}

export function notConverging(
  host: Host,
  task: Task,
  left: readonly Step[],
  observed: Observed,
  rounds: number,
): HostError {
  const { lines, trouble } = complaintsOf(task.identity.key, task.desired.probes, observed.probes);
  const hint = "something else on the host changes these; stop it, or stop managing them here";
  return new HostError("not-converging", {
    host: host.name,
    doing: trouble?.doing ?? "settle",
    because: trouble?.because ?? `${left.length} difference(s) remain after ${rounds} rounds`,
    evidence: lines,
    left: left.map((step) => describe(step)),
    ...hinted(trouble === null ? hint : trouble.remedy),
  });
}

type Hint = Pick<HostErrorFacts, "hint">;

function hinted(hint: string | null): Hint {
  return hint === null ? {} : { hint };
}

/** Advice only where the step, or what was said about it, leaves no doubt. */
function hintFor({ doing, evidence }: Failed): Hint {
  if (doing.startsWith("install ") || doing.startsWith("update the package")) {
    return {
      hint: `correct the host's package sources (${SOURCES}) or its way to them, then run the same command again`,
    };
  }
  return hinted(doing.startsWith("download ") ? downloadHint(evidence) : null);
}

function downloadHint(evidence: readonly string[]): string {
  if (evidence.some((line) => / has sha256 \S+, not /.test(line)))
    return "the file is not the one that was pinned: do not use it; if it is your own mirror's, pin it with `npx pulumi-tsproxy pin --mirror …`";
  if (evidence.some((line) => / leads elsewhere, /.test(line)))
    return "archives are fetched from the server that was named and no other: give a mirror that holds them itself";
  return "the host itself downloads: check its way there, or give a mirror it can reach";
}
