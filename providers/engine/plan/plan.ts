import type { Desired, Identity } from "../kinds/desired.ts";
import { discarding, downloading } from "../kinds/download.ts";
import { adopting, removing, type Secrets, writing } from "../kinds/file.ts";
import { unmaking } from "../kinds/kernel-object.ts";
import { leaving, mustLeave } from "../kinds/leave.ts";
import { installing, purging } from "../kinds/package.ts";
import { cleaning, stopping } from "../kinds/unit/steps.ts";
import { manifestText } from "../state/manifest.ts";
import type { Observed } from "../state/observed.ts";
import { join, type Owned, ownedBy } from "../state/owned.ts";
import { running } from "./running.ts";
import type { Step } from "./step.ts";

export interface Case {
  readonly identity: Identity;
  readonly desired: Desired;
  readonly secrets: Secrets;
  /** What the resource may have left before, according to the state or the host's manifest. */
  readonly owned: Owned;
  readonly observed: Observed;
  /** Take over what is there already, and give it back when it is no longer wanted. */
  readonly adopt: boolean;
  /** The resource goes away for good: with nothing left, its manifest goes too. */
  readonly last: boolean;
  /** What manifests call the gateway that it stands on. */
  readonly gateway: string | null;
}

/**
 * Steps that turn what was observed into what is desired, `[]` when nothing differs. Pure.
 *
 * Touches only what `desired` names now or `owned` named before. The order is the only rule:
 *
 * - first the manifest of what the resource is about to own, so that a run that dies is accountable;
 * - leaving and stopping while the units, files and programs for it are still there;
 * - packages and downloads before files, because units start from them;
 * - writing before removing, so that what is renamed is never missing in between;
 * - starting last, because a process must not read half of its files.
 */
export function plan(input: Case): Step[] {
  const changes = changing(input);
  const steps = [...changes, ...running(input, changes), ...purging(input.desired.packages, listed(input))];
  return input.last ? removed(input, steps) : noted(input, steps);
}

function changing(input: Case): Step[] {
  const { desired, secrets, owned, observed } = input;
  const { files, units, packages } = observed;
  const manifest = observed.manifests[input.identity.key]?.owned;
  return [
    ...leaving(owned.leave, desired.leave, files),
    ...stopping(desired.units, owned.units, units),
    ...unmaking(desired.kernel, owned.kernel),
    ...cleaning(desired.units, owned.units, units),
    ...installing(desired.packages, packages),
    ...downloading(desired.downloads, observed),
    ...writing(desired.files, secrets, files),
    ...removing(desired.files, owned.files, manifest?.files ?? [], files),
    ...discarding(desired.downloads, listed(input).downloads),
  ];
}

const NOTHING_LISTED: Pick<Owned, "downloads" | "packages" | "keptOff"> = {
  downloads: {},
  packages: [],
  keptOff: [],
};

/** What the manifest lists. For a resource that goes away without one, what the state remembers counts instead. */
function listed({ identity, observed, owned, last }: Case): typeof NOTHING_LISTED {
  const manifest = observed.manifests[identity.key];
  if (manifest === undefined && last) return owned;
  return manifest?.owned ?? NOTHING_LISTED;
}

function removed({ identity: { key }, observed }: Case, steps: readonly Step[]): Step[] {
  const isDone = observed.manifests[key] === undefined && steps.length === 0;
  return isDone ? [] : [...steps, { do: "forget", key }];
}

/** With the manifest: before the first step of what the resource owns until the last one, after that of what stays. */
function noted(input: Case, steps: readonly Step[]): Step[] {
  const { identity, desired, owned, observed, adopt, gateway } = input;
  const { key } = identity;
  const wanted = ownedBy(desired);
  const text = manifestText(identity, gateway, wanted);
  const present = observed.manifests[key]?.text;
  const adopted = adopt ? adopting(desired.files, owned.files, observed.files) : [];
  if (steps.length === 0) return present === text ? [] : [...adopted, { do: "note", key, text }];
  const intent = manifestText(identity, gateway, {
    ...join(wanted, owned),
    // what is to be left stays known until it is
    leave: mustLeave(owned.leave, desired.leave) ? owned.leave : (wanted.leave ?? owned.leave),
  });
  return [
    ...adopted,
    ...(present === intent ? [] : [{ do: "note", key, text: intent } as const]),
    ...steps,
    ...(intent === text ? [] : [{ do: "note", key, text } as const]),
  ];
}
