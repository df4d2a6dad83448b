import { randomBytes } from "node:crypto";
import { converge, refuseNewer, type Task } from "./converge.ts";
import { HostError, type HostErrorFacts, legible } from "./errors.ts";
import {
  entries,
  type Footprint,
  footprintOf,
  footprintOfLines,
  join,
  linesOf,
  mapValues,
  NOWHERE,
} from "./footprint.ts";
import type { Host } from "./host.ts";
import { type Desired, type HostPath, type Identity, NOTHING } from "./model.ts";
import type { Observed } from "./observation.ts";
import { asFound, digestOf, type Outline, outlineOf, type Secrets, same, shortDigest } from "./outline.ts";
import { manifestText } from "./plan.ts";
import { Run, twin } from "./run.ts";
import { desiredIn, type StoredDesired, storedDesired } from "./stored-desired.ts";
import { outlineIn, type StoredOutline, storedOutline } from "./stored-outline.ts";
import type { TailnetFacts } from "./tailnet-facts.ts";

/** What every kind of connection has; the rest of it is the business of whoever opens it. */
export interface Connection {
  readonly host: string;
  readonly port?: number;
  readonly hostKey: string;
  /** What is connected to first. */
  readonly jump?: Connection;
}

/** Inputs of a HostState, as they arrive from the program. */
export interface HostStateInputs<C extends Connection> {
  readonly connection: C;
  readonly identity: Identity;
  readonly desired: StoredDesired;
  readonly secrets: Secrets;
  readonly adopt: boolean;
  /** Pulumi's own: the text of the provider. Kept as it is. */
  readonly __provider?: string;
}

/** Its outputs: what Pulumi keeps. Later releases must be able to read it; text is in the inputs only. */
export interface HostStateOutputs<C extends Connection> extends Omit<HostStateInputs<C>, "desired"> {
  readonly format: 1;
  /** See `storedOutline`. */
  readonly outline: string | StoredOutline;
  /** Tells this resource from another that has, or had, its key on the host. */
  readonly nonce: string;
  /** Marks of earlier wishes that a failed run may have left, as lines of a manifest. */
  readonly left: readonly string[];
  /** False when the last run failed part-way. */
  readonly settled: boolean;
  readonly facts: Facts;
}

export interface Facts {
  readonly architecture: string;
  readonly probes: Readonly<Record<string, Omit<TailnetFacts, "health">>>;
}

/** What Pulumi passes for any value that it does not know yet, whatever the type (pulumi/pulumi#6310). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Difference {
  readonly changes: boolean;
  readonly replaces?: string[];
  readonly deleteBeforeReplace?: boolean;
}

/** Never connects: a preview works with the host switched off. */
export function diff<C extends Connection>(
  olds: HostStateOutputs<C>,
  news: HostStateInputs<C>,
  run = new Run(),
): Difference {
  readable(olds);
  noteWanted(run, olds);
  if (JSON.stringify(news).includes(UNKNOWN)) return { changes: true };
  const replaces = [
    ...(isSameHost(olds.connection, news.connection) ? [] : ["connection"]),
    ...(olds.identity.key === news.identity.key ? [] : ["identity"]),
  ];
  if (replaces.length > 0) return { changes: true, replaces, deleteBeforeReplace: true };
  return {
    changes: !same(olds.connection, news.connection) || olds.adopt !== news.adopt || !isSettled(olds, news),
  };
}

/**
 * An address may come to show another key: the host was installed anew, or the key is mistyped. Then the host
 * is asked before anything is done; a replacement would begin with removing what works.
 */
function isSameHost(a: Connection, b: Connection): boolean {
  return same(addressOf(a), addressOf(b)) || sameKey(a.hostKey, b.hostKey);
}

/** Behind another port, or another jump host, the same name is another host. */
function addressOf({ host, port, jump }: Connection): unknown {
  return [host, port ?? 22, jump && addressOf(jump)];
}

/** The host's name before the key and the comment behind it may change freely. */
function sameKey(a: string, b: string): boolean {
  const key = (line: string) =>
    /(?:ssh|ecdsa|sk)-\S+\s+[A-Za-z0-9+/]+=*/.exec(line)?.[0].replace(/\s+/, " ") ?? line;
  return key(a) === key(b);
}

function isSettled<C extends Connection>(olds: HostStateOutputs<C>, news: HostStateInputs<C>): boolean {
  return (
    olds.settled &&
    same(olds.identity, news.identity) &&
    same(outlineIn(olds.outline), outlineOf(desiredIn(news.desired))) &&
    same(olds.secrets, news.secrets)
  );
}

export type Open<C> = (connection: C) => Host;
type Say = (line: string) => void;

/** Diffed or made in this run: it is in the program, so its name on the host is no other's to take. */
function noteWanted<C extends Connection>(
  run: Run,
  { nonce, identity, connection }: HostStateOutputs<C>,
): void {
  run.want(nonce, connection.host);
  const other = run.takenAt(nonce);
  if (other === undefined) return;
  throw twin(connection.host, `keep ${identity.key}`, "another resource of this program took it", other);
}

export async function create<C extends Connection>(
  open: Open<C>,
  news: HostStateInputs<C>,
  say: Say,
  run = new Run(),
) {
  const id = `${news.connection.host}/${news.identity.key}`;
  const nonce = randomBytes(4).toString("hex");
  run.want(nonce, news.connection.host);
  return { id, outs: await settle(open, { id, olds: null, nonce, run }, news, say) };
}

export async function update<C extends Connection>(
  open: Open<C>,
  id: string,
  olds: HostStateOutputs<C>,
  news: HostStateInputs<C>,
  say: Say,
  run = new Run(),
) {
  readable(olds);
  noteWanted(run, olds);
  // another address or other credentials of the same host: nothing there changes, so nobody needs to go there
  if (isSettled(olds, news) && sameKey(olds.connection.hostKey, news.connection.hostKey))
    return { outs: { ...olds, connection: news.connection, adopt: news.adopt } };
  return { outs: await settle(open, { id, olds, nonce: olds.nonce, run }, news, say) };
}

/**
 * Converges, and if that fails part-way lets Pulumi remember the half-made resource: an error with an
 * `id` is recorded as "created, then failed", so that the next `up` repairs it and `destroy` removes it.
 */
async function settle<C extends Connection>(
  open: Open<C>,
  { id, olds, nonce, run }: { id: string; olds: HostStateOutputs<C> | null; nonce: string; run: Run },
  news: HostStateInputs<C>,
  say: Say,
): Promise<HostStateOutputs<C>> {
  const { desired: stored, ...kept } = news;
  const desired = desiredIn(stored);
  const outline = outlineOf(desired);
  const outs = {
    ...kept,
    format: 1,
    outline: storedOutline(outline),
    nonce,
    left: [],
    settled: true,
  } as const;
  try {
    const identity = { ...news.identity, nonce };
    const formerly = olds === null ? {} : { formerly: olds.identity };
    const task: Task = { ...kept, ...memoryOf(olds), ...formerly, desired, identity, last: false, run };
    const observed = await converge(open(news.connection), task, say);
    return { ...outs, facts: factsOf(observed, outline) };
  } catch (error) {
    if (!(error instanceof HostError) || UNCHANGED.has(error.code)) throw error;
    const left = linesOf(memoryOf(olds).remembered);
    const facts = olds?.facts ?? { architecture: "", probes: {} };
    throw Object.assign(error, {
      id,
      properties: { ...outs, left, settled: false, facts },
      reasons: [error.message],
    });
  }
}

/** Failures after which the host is as it was before. */
const UNCHANGED: ReadonlySet<string> = new Set([
  "unreachable",
  "host-key",
  "authentication",
  "not-root",
  "requirements",
  "foreign",
  "locked",
  "state-format",
]);

/** Failures of a host that answers no more, or no more as itself. */
const GONE: ReadonlySet<string> = new Set(["unreachable", "host-key"]);

/** What is on a host that the user calls gone for good is forgotten; nobody else's host is. */
export async function remove<C extends Connection>(
  open: Open<C>,
  olds: HostStateOutputs<C>,
  say: Say,
  run = new Run(),
): Promise<void> {
  readable(olds);
  const { host } = olds.connection;
  try {
    await removeFrom(open(olds.connection), olds, say);
  } catch (error) {
    if (!(error instanceof HostError) || !GONE.has(error.code)) throw error;
    if (!run.isForgotten(host))
      throw new HostError(error.code, withWayOut(error.facts, host), { cause: error });
    say(`${host}: ${olds.identity.key} is forgotten, with all that it left there: ${error.facts.because}`);
  }
  run.drop(olds.nonce);
}

function withWayOut(facts: HostErrorFacts, gone: string): HostErrorFacts {
  const hint = facts.hint === undefined ? "" : `${facts.hint}; `;
  return {
    ...facts,
    hint: `${hint}if ${gone} is gone for good, run the same command with TSPROXY_FORGET_HOSTS=${gone} in its environment, and remove its nodes in the consoles of their tailnets`,
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
    const before = await host.look({ footprint: NOWHERE, requirements: [] });
    // a run that was killed before its first note, or after its last one, may have left a directory of ours
    if (before.manifests[identity.key] === undefined)
      await host.apply({
        identity,
        steps: [{ do: "forget", key: identity.key }],
        held: "",
        footprint: NOWHERE,
      });
    await sweep(host, task, before, say);
  }
  const observed = await converge(host, { ...task, ...memoryOf(olds) }, say);
  // whoever came while it went stands on nothing now
  if (identity.sweeps) await sweep(host, task, observed, say);
}

/**
 * Removes what interrupted runs of the same stack left and no resource calls any more: before the resource
 * itself goes, whose programs may be needed for it. Nothing is left behind where another resource has taken
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
    if (manifest.footprint === null) continue;
    say(`${host.name}: ${left} was left behind by an interrupted run; removing it`);
    const identity = { ...task.identity, key: left, nonce: manifest.nonce };
    const memory = { remembered: manifest.footprint, isUntouched: () => true };
    await converge(host, { ...task, identity, ...memory }, say);
  }
}

/**
 * Compares with the host. Nothing differs: the outputs as they were and no inputs, so that the engine
 * keeps its own. Something differs: the inputs rebuilt from what the host holds, which is what makes
 * the line diff of drift. Nothing left at all: no id, and the resource is planned anew.
 */
export async function read<C extends Connection>(open: Open<C>, id: string, olds: HostStateOutputs<C>) {
  readable(olds);
  const host = open(olds.connection);
  const { secrets, nonce } = olds;
  const outline = outlineIn(olds.outline);
  const identity = { ...olds.identity, nonce };
  const observed = await host.look({ footprint: footprintOf(outline), requirements: [] });
  const manifest = observed.manifests[identity.key];
  refuseNewer(host, identity, manifest);
  const found = asFound(outline, secrets, observed);
  const noted = manifest?.text === manifestText(identity, footprintOf(outline));
  if (same(found, outline) && (noted || !olds.settled)) return { id, props: olds };
  if (manifest === undefined && isEmpty(found)) return {};
  const { desired, read: held } = await readBack(host, outline, found, secrets);
  const { format: _, outline: __, nonce: ___, left: ____, settled: _____, facts: ______, ...kept } = olds;
  return {
    id,
    props: { ...olds, secrets: held, outline: storedOutline(found), settled: olds.settled && noted },
    inputs: { ...kept, secrets: held, desired: storedDesired(desired) },
  };
}

function isEmpty({ files, units, downloads }: Outline): boolean {
  const idle = Object.values(units).every(({ active, enabled }) => !active && enabled !== true);
  return Object.keys(files).length === 0 && Object.keys(downloads).length === 0 && idle;
}

/** `found` with the text that the host holds in place of digests; Pulumi shows it as it is. */
async function readBack(host: Host, outline: Outline, found: Outline, secrets: Secrets) {
  const texts = await host.contents(Object.keys(found.files) as HostPath[]);
  const read: Record<string, string> = { ...secrets };
  const files = mapValues(found.files, (file, path) => {
    const text = texts[path] ?? "";
    if ("digest" in file) return { mode: file.mode, content: legible(text) };
    if (!file.same) read[file.secret] = text;
    return { mode: file.mode, content: { secret: file.secret } };
  });
  for (const [path, file] of entries(outline.files))
    if ("secret" in file && !(path in found.files)) delete read[file.secret];
  const desired: Desired = { ...found, files };
  return { desired, read };
}

function memoryOf<C extends Connection>(
  olds: HostStateOutputs<C> | null,
): Pick<Task, "remembered" | "isUntouched"> {
  if (olds === null) return { remembered: NOWHERE, isUntouched: () => false };
  const { secrets, adopt } = olds;
  const outline = outlineIn(olds.outline);
  const remembered: Footprint = join(footprintOf(outline), footprintOfLines(olds.left) ?? NOWHERE);
  const isUntouched = (path: HostPath, observed: Observed) => {
    const wanted = outline.files[path];
    const digest = observed.files[path]?.digest;
    // what was adopted may have been given back: its text does not tell whose it is
    if (wanted === undefined || adopt) return false;
    if (!("digest" in wanted)) return digest === digestOf(secrets[wanted.secret] ?? "");
    return typeof digest === "string" && shortDigest(digest) === wanted.digest;
  };
  return { remembered, isUntouched };
}

function factsOf({ architecture, probes }: Observed, outline: Outline): Facts {
  return {
    architecture,
    probes: Object.fromEntries(
      entries(outline.probes).flatMap(([name, { socket }]) => {
        const facts = probes[socket];
        if (facts == null) return [];
        const { health: _, ...stable } = facts;
        return [[name, stable]];
      }),
    ),
  };
}

function readable({ format, connection }: { format: number; connection: Connection }): void {
  if (format === 1) return;
  throw new HostError("state-format", {
    host: connection.host,
    doing: "read the state",
    because: `it has format ${format}, and this release of pulumi-tsproxy knows format 1`,
    hint: "use the release that wrote it, or a newer one",
  });
}
