import { entries, type Footprint, footprintOf, join, keys, linesOf } from "./footprint.ts";
import {
  type Architecture,
  type Desired,
  type HostPath,
  type Identity,
  type LeaveSpec,
  UNIT_FILES,
  type UnitName,
} from "./model.ts";
import type { Manifest, Observed } from "./observation.ts";
import { asFound, canonical, digestOf, outlineOf, type Secrets } from "./outline.ts";

/**
 * `found` is a guard: the host refuses the step if the file no longer has this digest. `inKernel`: the units own
 * what packets meet, so the step may cut the way to the host.
 */
export type Step =
  | { readonly do: "note"; readonly key: string; readonly text: string }
  | { readonly do: "leave"; readonly leave: LeaveSpec }
  | { readonly do: "stop"; readonly units: readonly UnitName[] }
  /** Units that systemd does not know any more: their files were deleted, what enabled them may be there. */
  | { readonly do: "disable"; readonly units: readonly UnitName[] }
  | { readonly do: "clean"; readonly units: readonly UnitName[] }
  /** What units made in the kernel, in the words of a footprint; as a rule they have taken it away themselves. */
  | { readonly do: "unmake"; readonly objects: readonly string[] }
  /** State, cache and log directories that no unit may be left to tell of. */
  | { readonly do: "wipe"; readonly directories: readonly string[] }
  | { readonly do: "install"; readonly packages: readonly string[]; readonly keepOff: readonly UnitName[] }
  | {
      readonly do: "download";
      readonly path: HostPath;
      readonly url: string;
      readonly sha256: string;
      readonly redirects: readonly string[];
      readonly members: Readonly<Record<string, string>>;
    }
  | { readonly do: "adopt"; readonly path: HostPath }
  | {
      readonly do: "write";
      readonly path: HostPath;
      readonly mode: string;
      readonly content: string;
      readonly found: string;
    }
  | { readonly do: "remove"; readonly path: HostPath; readonly found: string }
  | { readonly do: "discard"; readonly path: HostPath }
  | { readonly do: "reload-systemd" }
  | { readonly do: "enable"; readonly units: readonly UnitName[] }
  | { readonly do: "start"; readonly units: readonly UnitName[]; readonly inKernel?: true }
  | { readonly do: "settle"; readonly units: readonly UnitName[] }
  | { readonly do: "reload"; readonly units: readonly UnitName[]; readonly inKernel?: true }
  /** Units of other resources that read what was changed; one that cannot be reloaded is told of by a warning. */
  | { readonly do: "tell"; readonly units: readonly UnitName[] }
  | { readonly do: "purge"; readonly packages: readonly string[] }
  | { readonly do: "let-be"; readonly units: readonly UnitName[] }
  | { readonly do: "forget"; readonly key: string };

export interface Case {
  readonly identity: Identity;
  readonly desired: Desired;
  readonly secrets: Secrets;
  /** Where the resource left marks before, according to the state or the host's manifest. */
  readonly owned: Footprint;
  readonly observed: Observed;
  /** Take over what is there already, and give it back when it is no longer wanted. */
  readonly adopt: boolean;
  /** The resource goes away for good: with nothing left, its manifest goes too. */
  readonly last: boolean;
}

/**
 * Steps that turn what was observed into what is desired, `[]` when nothing differs. Pure.
 *
 * Touches only what `desired` names now or `owned` named before. The order is the only rule:
 *
 * - first the note of what we are about to own, so that a run that dies is accountable;
 * - leaving and stopping while the units, files and programs for it are still there;
 * - packages and downloads before files, because units start from them;
 * - what units read before their own files: whoever starts them in between, as a boot does, leaves a stamp that is
 *   in the unit's file, which must not say more than was read;
 * - writing before removing, so that what is renamed is never missing in between;
 * - starting last, because a process must not read half of its files, and telling who else reads them;
 * - of that, what the kernel holds comes first: whether the host can still be reached is known before the rest is done.
 */
export function plan(input: Case): Step[] {
  const { identity, desired, owned, observed } = input;
  const wanted = footprintOf(desired);
  const changes = [
    ...leaving(owned, desired, observed),
    ...stopping(owned, desired, observed),
    ...installing(desired, observed),
    ...downloading(input),
    ...writing(input),
    ...removing(input),
  ];
  const steps = [...changes, ...running(input, changes), ...purging(input)];
  const text = manifestText(identity, wanted);
  const held = observed.manifests[identity.key];
  if (input.last)
    return held === undefined && steps.length === 0 ? [] : [...steps, { do: "forget", key: identity.key }];
  const adopted = adopting(input);
  if (steps.length === 0)
    return held?.text === text ? [] : [...adopted, { do: "note", key: identity.key, text }];
  const intent = manifestText(identity, {
    ...join(wanted, owned),
    // as long as the old server is not left, it must be known
    leave: isLeft(owned.leave, desired.leave) ? owned.leave : (wanted.leave ?? owned.leave),
  });
  return [
    ...adopted,
    ...(held?.text === intent ? [] : [{ do: "note", key: identity.key, text: intent } as const]),
    ...steps,
    ...(intent === text ? [] : [{ do: "note", key: identity.key, text } as const]),
  ];
}

export function manifestText({ project, stack, nonce = "-" }: Identity, footprint: Footprint): string {
  return [`tsproxy 1 ${project} ${stack} ${nonce}`, ...linesOf(footprint)]
    .map((line) => `${line}\n`)
    .join("");
}

/** The resource's manifest on the host. */
export function manifestPath(key: string): HostPath {
  return `/var/lib/tsproxy/${key}.manifest`;
}

/** Once its configuration is gone, a daemon cannot be asked to leave any more. */
function leaving({ leave }: Footprint, desired: Desired, observed: Observed): Step[] {
  return leave !== null && isLeft(leave, desired.leave) && leave.config in observed.files
    ? [{ do: "leave", leave }]
    : [];
}

/** A node that goes to another server would stay listed at its old one. */
function isLeft(owned: LeaveSpec | null, desired: LeaveSpec | null): boolean {
  if (owned === null || desired === null) return owned !== null;
  return owned.server !== undefined && desired.server !== undefined && owned.server !== desired.server;
}

function stopping(owned: Footprint, desired: Desired, observed: Observed): Step[] {
  const unwanted = keys(owned.units).filter((unit) => !(unit in desired.units));
  const units = unwanted.filter((unit) => unit in observed.units);
  const dirty = units.filter((unit) => owned.units[unit]?.clean === true);
  const wanted = footprintOf(desired).kernel;
  const objects = owned.kernel.filter((object) => !wanted.includes(object));
  const unknown = unwanted.filter((unit) => !(unit in observed.units));
  // nobody may be left to ask: the unit's file can be gone
  const directories = unwanted.flatMap((unit) => directoriesOf(owned.units[unit]?.clean));
  return [
    ...(units.length > 0 ? [{ do: "stop", units } as const] : []),
    ...(unknown.length > 0 ? [{ do: "disable", units: unknown } as const] : []),
    ...(objects.length > 0 ? [{ do: "unmake", objects } as const] : []),
    ...(dirty.length > 0 ? [{ do: "clean", units: dirty } as const] : []),
    ...(directories.length > 0 ? [{ do: "wipe", directories: [...new Set(directories)] } as const] : []),
  ];
}

function directoriesOf(clean: boolean | readonly string[] = false): readonly string[] {
  return typeof clean === "boolean" ? [] : clean;
}

function installing(desired: Desired, observed: Observed): Step[] {
  const packages = keys(desired.packages).filter((name) => !observed.packages.includes(name));
  const keepOff = packages.flatMap((name) => desired.packages[name]?.keepOff ?? []);
  return packages.length > 0 ? [{ do: "install", packages, keepOff }] : [];
}

function downloading({ desired, secrets, observed }: Case): Step[] {
  const found = asFound(outlineOf(desired), secrets, observed).downloads;
  return entries(desired.downloads).flatMap(([path, { archives, redirects = [], members }]): Step[] => {
    const archive = archives[observed.architecture as Architecture];
    if (path in found || archive === undefined) return [];
    return [{ do: "download", path, url: archive.url, sha256: archive.sha256, redirects, members }];
  });
}

function writing({ desired, secrets, observed }: Case): Step[] {
  const wanted = outlineOf(desired).files;
  const now = asFound(outlineOf(desired), secrets, observed).files;
  const isOfUnit = ([path]: [HostPath, unknown]) =>
    keys(desired.units).some((unit) => path === `${UNIT_FILES}${unit}`);
  const files = entries(desired.files);
  const inOrder = [...files.filter(not(isOfUnit)), ...files.filter(isOfUnit)];
  return inOrder.flatMap(([path, { mode, content }]): Step[] => {
    if (canonical(now[path]) === canonical(wanted[path])) return [];
    const found = guardOf(observed, path);
    return [{ do: "write", path, mode, content: textOf(path, content, secrets), found }];
  });
}

/** Before the note that calls them ours, and also where the text is right already: they are to be given back. */
function adopting({ desired, owned, observed, adopt }: Case): Step[] {
  if (!adopt) return [];
  const paths = keys(desired.files).filter((path) => path in observed.files && !owned.files.includes(path));
  return paths.map((path) => ({ do: "adopt", path }));
}

function textOf(path: HostPath, content: string | { readonly secret: string }, secrets: Secrets): string {
  if (typeof content === "string") return content;
  const value = secrets[content.secret];
  if (value === undefined)
    throw new Error(`${path} refers to the secret ${content.secret}, which was not given`);
  return value;
}

/** What the manifest names. Where somebody deleted it, what is remembered counts for the last time. */
function heldBy({ identity, observed, owned, last }: Case): Footprint | null | undefined {
  const manifest = observed.manifests[identity.key];
  return manifest === undefined && last ? owned : manifest?.footprint;
}

/** Also what the manifest names and nobody sees: a run that was killed may have left the half of it. */
function removing(input: Case): Step[] {
  const { owned, desired, observed, identity } = input;
  const held = observed.manifests[identity.key]?.footprint;
  const files = owned.files.filter(
    (path) => !(path in desired.files) && (path in observed.files || held?.files.includes(path) === true),
  );
  const downloads = keys(heldBy(input)?.downloads ?? {}).filter((path) => !(path in desired.downloads));
  return [
    ...files.map((path): Step => ({ do: "remove", path, found: guardOf(observed, path) })),
    ...downloads.map((path): Step => ({ do: "discard", path })),
  ];
}

/** As the host's `digest` function prints it. */
function guardOf(observed: Observed, path: HostPath): string {
  const found = observed.files[path];
  if (found === undefined) return "absent";
  if (found.kind === "link") return "link";
  return found.digest ?? "other";
}

function running({ desired, secrets, owned, observed }: Case, changes: readonly Step[]): Step[] {
  const found = asFound(outlineOf(desired), secrets, observed);
  const start = new Set<UnitName>();
  const reload = new Set<UnitName>();
  const settle: UnitName[] = [];
  const enable: UnitName[] = [];
  for (const [unit, spec] of entries(desired.units)) {
    const now = found.units[unit];
    const seen = observed.units[unit];
    const rewritten = isRewritten(unit, changes);
    // also one that is enabled: what wants it may have changed, and links are made by enabling only
    if (spec.enabled === true && (now?.enabled !== true || rewritten)) enable.push(unit);
    if (seen?.active === "activating" && !rewritten) settle.push(unit);
    else if (now?.active !== true || now.started !== spec.started || (seen?.check ?? 0) > 1) start.add(unit);
    else if (now.reloaded !== spec.reloaded || !now.intact) reload.add(unit);
  }
  if (start.size === 0 && reload.size === 0)
    misled(desired, observed, changes).forEach((unit) => void start.add(unit));
  for (const [name, { unit }] of entries(desired.probes)) {
    if (found.probes[name]?.loggedIn === false) start.add(unit);
  }
  for (const unit of start) withItsService(unit, desired).forEach((also) => void start.add(also));
  const stale = keys(desired.units).some((unit) => observed.units[unit]?.stale === true);
  const touched = changes.some(
    (step) => (step.do === "write" || step.do === "remove") && step.path.startsWith(UNIT_FILES),
  );
  const holds = (unit: UnitName) => desired.units[unit]?.check != null;
  const [starts, reloads] = [[...start].sort(), [...reload].filter((unit) => !start.has(unit))];
  const isTold = start.size === 0 && changes.some(isOfFile);
  return [
    ...step("enable", enable),
    ...(stale || touched || enable.length > 0 ? [{ do: "reload-systemd" } as const] : []),
    ...inKernel("start", starts.filter(holds)),
    ...inKernel("reload", reloads.filter(holds)),
    ...step("start", starts.filter(not(holds))),
    ...step(
      "settle",
      settle.filter((unit) => !start.has(unit)),
    ),
    ...step("reload", reloads.filter(not(holds))),
    ...step("tell", isTold ? readersBesides(desired, owned, observed) : []),
  ];
}

/**
 * Units that have read what somebody else wrote into a file: its right text comes back, and with it nothing that would
 * tell them, because their stamps are those of the right text all along. Where stamps differ, it was ours that changed.
 */
function misled(desired: Desired, { files, units }: Observed, changes: readonly Step[]): UnitName[] {
  const foreign = changes.flatMap((step) => {
    if (step.do !== "write") return [];
    // of a new secret no stamp may tell, either
    const isSecret = typeof desired.files[step.path]?.content !== "string";
    const found = files[step.path];
    return isSecret || found === undefined || found.digest === digestOf(step.content) ? [] : [found];
  });
  const oldest = Math.min(...foreign.map((file) => file.changedAt));
  return entries(desired.units).flatMap(([unit, { check }]) => {
    const seen = units[unit];
    return check === null && seen?.active === "active" && seen.readAt >= oldest ? [unit] : [];
  });
}

/** A change of a file that is read by a process, and not by systemd. */
function isOfFile(step: Step): boolean {
  return (step.do === "write" || step.do === "remove") && !step.path.startsWith(UNIT_FILES);
}

function readersBesides(desired: Desired, owned: Footprint, { units }: Observed): UnitName[] {
  return join(footprintOf(desired), owned).readers.filter((unit) => units[unit]?.active === "active");
}

function not<T>(holds: (item: T) => boolean): (item: T) => boolean {
  return (item) => !holds(item);
}

function inKernel(what: "start" | "reload", units: readonly UnitName[]): Step[] {
  return units.length > 0 ? [{ do: what, units, inKernel: true }] : [];
}

function step(what: "enable" | "start" | "settle" | "reload" | "tell", units: readonly UnitName[]): Step[] {
  return units.length > 0 ? [{ do: what, units }] : [];
}

function isRewritten(unit: UnitName, changes: readonly Step[]): boolean {
  return changes.some((change) => change.do === "write" && change.path === `${UNIT_FILES}${unit}`);
}

/** systemd refuses to restart a socket while its service holds it: both go in one transaction. */
function withItsService(unit: UnitName, desired: Desired): UnitName[] {
  const service: UnitName = `${unit.replace(/\.socket$/, "")}.service`;
  return unit.endsWith(".socket") && service in desired.units ? [service] : [];
}

/**
 * Asked of the host's manifest, not of what is installed: whether a package may go is decided on the host
 * (others may need it), so that it is still there afterwards is no difference.
 */
function purging(input: Case): Step[] {
  const { desired } = input;
  const held = heldBy(input);
  const packages = (held?.packages ?? []).filter((name) => !(name in desired.packages));
  const wanted = Object.values(desired.packages).flatMap((spec) => spec.keepOff);
  const units = (held?.keptOff ?? []).filter((unit) => !wanted.includes(unit));
  return [
    ...(packages.length > 0 ? [{ do: "purge", packages } as const] : []),
    ...(units.length > 0 ? [{ do: "let-be", units } as const] : []),
  ];
}

/** A step in the words of errors and progress lines. */
export function describe(step: Step): string {
  switch (step.do) {
    case "note":
      return `note what belongs to ${step.key}`;
    case "forget":
      return `forget ${step.key}`;
    case "leave":
      return `log out ${step.leave.unit}`;
    case "install":
      return `install ${step.packages.join(" ")}`;
    case "purge":
      return `remove packages ${step.packages.join(" ")}`;
    case "download":
      return `download ${step.url}`;
    case "write":
    case "adopt":
      return `${step.do} ${step.path}`;
    case "remove":
    case "discard":
      return `remove ${step.path}`;
    case "reload-systemd":
      return "reload systemd";
    case "clean":
      return `delete the state of ${step.units.join(" ")}`;
    case "unmake":
      return `take away ${step.objects.join(", ")}`;
    case "wipe":
      return `delete the state in ${step.directories.join(" ")}`;
    case "settle":
      return `wait for ${step.units.join(" ")}`;
    case "let-be":
      return `unmask ${step.units.join(" ")}`;
    case "stop":
    case "disable":
    case "enable":
    case "start":
    case "reload":
    case "tell":
      return `${step.do} ${step.units.join(" ")}`;
  }
}

/** Whose a manifest is, in the words of an error. */
export function ownerOf(key: string, { project, stack }: Manifest): string {
  return project === "" ? `${key} (unreadable manifest)` : `${key} of stack ${project}/${stack}`;
}
