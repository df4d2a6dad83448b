import { randomBytes } from "node:crypto";
import { HostError, UNTOUCHED } from "../errors.ts";
import { converge } from "../plan/converge.ts";
import { type Say, warnOfPrograms } from "../plan/explain.ts";
import { twoGatewaysOneHost } from "../plan/foreign.ts";
import type { Task } from "../plan/task.ts";
import { same } from "../records.ts";
import { storedOutline } from "../state/format-2.ts";
import { type Outline, outlineOf, sameOutline } from "../state/outline.ts";
import { type Connection, type HostStateOutputs, type Outputs2, recordedIn } from "../state/outputs.ts";
import { linesOf } from "../state/owned.ts";
import { desiredIn } from "../state/stored-desired.ts";
import { factsOf, NO_FACTS } from "./facts.ts";
import { type HostStateInputs, memoryOf, type Open } from "./inputs.ts";
import { PulumiRun } from "./run.ts";
import { isSameHost, isSameMachine } from "./same-host.ts";
import { tellChange } from "./tell.ts";

/** What Pulumi passes for any value that it does not know yet, whatever the type (pulumi/pulumi#6310). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export interface Difference {
  /**
   * Left out: the engine compares the inputs itself, and so comes to show what differs alone, to report it in
   * `detailedDiff` and to heed `replaceOnChanges`. It does neither of what a dynamic provider calls changed.
   */
  readonly changes?: boolean;
  readonly replaces?: string[];
  readonly deleteBeforeReplace?: boolean;
}

/** Never connects: a preview works with the host switched off. */
export function diff<C extends Connection>(
  olds: HostStateOutputs<C>,
  news: HostStateInputs<C>,
  run = new PulumiRun(),
  say: Say = () => undefined,
): Difference {
  const isOfRefresh = run.isBeingRefreshed(olds.nonce);
  noteKnown(run, olds, news);
  if (JSON.stringify(news).includes(UNKNOWN)) return { changes: true };
  const difference = differenceOf(olds, news);
  if (difference.replaces === undefined) refuseTaken(run, olds);
  if (difference.changes !== false && !isOfRefresh) tellChange(say, run, olds, news);
  // in a refresh the engine would compare inputs with outputs, and show that all inputs are gone
  return isOfRefresh ? { changes: true, ...difference } : difference;
}

function differenceOf<C extends Connection>(olds: HostStateOutputs<C>, news: HostStateInputs<C>): Difference {
  const { outline } = recordedIn(olds);
  // of a run that failed part-way, the engine has the inputs of the run before
  const changes = olds.settled ? {} : { changes: true };
  const replaces = [
    ...(isSameHost(olds.connection, news.connection) ? [] : ["connection"]),
    ...(olds.identity.key === news.identity.key ? [] : ["identity"]),
  ];
  if (replaces.length > 0) return { ...changes, replaces, deleteBeforeReplace: true };
  const isReachedAlike = same(olds.connection, news.connection) && olds.adopt === news.adopt;
  return isReachedAlike && isSettled(olds, outline, news) ? { changes: false } : changes;
}

function isSettled<C extends Connection>(
  olds: HostStateOutputs<C>,
  outline: Outline,
  news: HostStateInputs<C>,
): boolean {
  return (
    olds.settled &&
    same(olds.identity, news.identity) &&
    sameOutline(outline, outlineOf(desiredIn(news.desired))) &&
    same(olds.secrets, news.secrets)
  );
}

/** The state has the resource, which will be where `news` says. (After a refresh Pulumi asks of those that the program has no longer, too.) */
function noteKnown<C extends Connection>(
  run: PulumiRun,
  { nonce, identity }: HostStateOutputs<C>,
  { connection }: HostStateInputs<C>,
): void {
  run.know(nonce, { identity, connection });
}

/** A resource that keeps its name keeps it from others of its program; one that is replaced gives it up. */
function refuseTaken<C extends Connection>(
  run: PulumiRun,
  { nonce, identity, connection }: HostStateOutputs<C>,
): void {
  const other = run.takenAt(nonce);
  if (other === undefined) return;
  const because = "another resource of this program took it";
  throw twoGatewaysOneHost(connection.host, `keep ${identity.key}`, because, other);
}

export async function create<C extends Connection>(
  open: Open<C>,
  news: HostStateInputs<C>,
  say: Say,
  run = new PulumiRun(),
) {
  const id = `${news.connection.host}/${news.identity.key}`;
  const nonce = randomBytes(4).toString("hex");
  run.know(nonce, news);
  return { id, outs: await settle(open, { id, olds: null, nonce, run }, news, say) };
}

export async function update<C extends Connection>(
  open: Open<C>,
  id: string,
  olds: HostStateOutputs<C>,
  news: HostStateInputs<C>,
  say: Say,
  run = new PulumiRun(),
) {
  const { outline } = recordedIn(olds);
  noteKnown(run, olds, news);
  refuseTaken(run, olds);
  if (isSettled(olds, outline, news) && !isToBeLookedAt(olds, news))
    return { outs: { ...olds, connection: news.connection, adopt: news.adopt } };
  return { outs: await settle(open, { id, olds, nonce: olds.nonce, run }, news, say) };
}

/**
 * Other credentials change nothing on the host, so no connection is needed. Behind another address, or another key, there
 * may be another machine; and what may be adopted only the host can tell.
 */
function isToBeLookedAt<C extends Connection>(olds: HostStateOutputs<C>, news: HostStateInputs<C>): boolean {
  return !isSameMachine(olds.connection, news.connection) || (news.adopt && !olds.adopt);
}

interface Settling<C extends Connection> {
  readonly id: string;
  /** `null`: the resource is new. */
  readonly olds: HostStateOutputs<C> | null;
  readonly nonce: string;
  readonly run: PulumiRun;
}

/**
 * Converges, and if that fails part-way lets Pulumi remember the half-made resource: an error with an
 * `id` is recorded as "created, then failed", so that the next `up` repairs it and `destroy` removes it.
 */
async function settle<C extends Connection>(
  open: Open<C>,
  { id, olds, nonce, run }: Settling<C>,
  news: HostStateInputs<C>,
  say: Say,
): Promise<Outputs2<C>> {
  const { desired: stored, ...kept } = news;
  const desired = desiredIn(stored);
  const outline = outlineOf(desired);
  const outs = {
    ...kept,
    format: 2,
    outline: storedOutline(outline),
    nonce,
    alsoOwned: [],
    settled: true,
  } as const;
  const memory = memoryOf(olds);
  try {
    const identity = { ...news.identity, nonce };
    const formerly = olds === null ? {} : { formerly: olds.identity };
    const task: Task = {
      ...kept,
      ...memory,
      ...formerly,
      desired,
      identity,
      last: false,
      peers: run.at(news.connection),
    };
    const host = open(news.connection);
    const observed = await converge(host, task, say);
    warnOfPrograms(host, { key: identity.key, probes: desired.probes }, observed, say);
    return { ...outs, facts: factsOf(observed, outline, olds?.facts ?? NO_FACTS) };
  } catch (error) {
    if (!(error instanceof HostError) || UNTOUCHED.has(error.code)) throw error;
    const alsoOwned = linesOf(memory.remembered);
    const facts = olds?.facts ?? NO_FACTS;
    const properties = { ...outs, alsoOwned, settled: false, facts };
    throw Object.assign(error, { id, properties, reasons: [error.message] });
  }
}
