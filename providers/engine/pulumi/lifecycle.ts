import { randomBytes } from "node:crypto";
import { HostError } from "../errors.ts";
import { converge } from "../plan/converge.ts";
import type { Say } from "../plan/explain.ts";
import { twoGatewaysOneHost } from "../plan/ownership.ts";
import type { Task } from "../plan/task.ts";
import { entries, same } from "../records.ts";
import { storedOutline } from "../state/format-2.ts";
import type { Observed } from "../state/observed.ts";
import { type Outline, outlineOf, sameOutline } from "../state/outline.ts";
import {
  type Connection,
  type Facts,
  type HostStateOutputs,
  type Outputs2,
  recordedIn,
} from "../state/outputs.ts";
import { linesOf } from "../state/owned.ts";
import { desiredIn } from "../state/stored-desired.ts";
import { type HostStateInputs, memoryOf, type Open } from "./inputs.ts";
import { PulumiRun } from "./run.ts";
import { isSameHost, isSameKey } from "./same-host.ts";

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
  run = new PulumiRun(),
): Difference {
  const { outline } = recordedIn(olds);
  noteWanted(run, olds);
  if (JSON.stringify(news).includes(UNKNOWN)) return { changes: true };
  const replaces = [
    ...(isSameHost(olds.connection, news.connection) ? [] : ["connection"]),
    ...(olds.identity.key === news.identity.key ? [] : ["identity"]),
  ];
  if (replaces.length > 0) return { changes: true, replaces, deleteBeforeReplace: true };
  const isReachedAlike = same(olds.connection, news.connection) && olds.adopt === news.adopt;
  return { changes: !isReachedAlike || !isSettled(olds, outline, news) };
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

/** A resource that was diffed or made in this run is in the program, so its name on the host is no other's to take. */
function noteWanted<C extends Connection>(run: PulumiRun, olds: HostStateOutputs<C>): void {
  const { nonce, identity, connection } = olds;
  run.want(nonce, connection.host);
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
  run.want(nonce, news.connection.host);
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
  noteWanted(run, olds);
  // another address or other credentials of the same host: nothing there changes, so no connection is needed
  if (isSettled(olds, outline, news) && isSameKey(olds.connection.hostKey, news.connection.hostKey))
    return { outs: { ...olds, connection: news.connection, adopt: news.adopt } };
  return { outs: await settle(open, { id, olds, nonce: olds.nonce, run }, news, say) };
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
    const task: Task = { ...kept, ...memory, ...formerly, desired, identity, last: false, peers: run };
    const observed = await converge(open(news.connection), task, say);
    return { ...outs, facts: factsOf(observed, outline) };
  } catch (error) {
    if (!(error instanceof HostError) || UNCHANGED.has(error.code)) throw error;
    const alsoOwned = linesOf(memory.remembered);
    const facts = olds?.facts ?? { architecture: "", probes: {} };
    const properties = { ...outs, alsoOwned, settled: false, facts };
    throw Object.assign(error, { id, properties, reasons: [error.message] });
  }
}

/** Failures after which the host is as it was before. */
const UNCHANGED: ReadonlySet<string> = new Set([
  "unreachable",
  "offline",
  "handshake",
  "credentials",
  "host-key",
  "authentication",
  "not-root",
  "requirements",
  "foreign",
  "locked",
  "state-format",
]);

function factsOf({ architecture, probes }: Observed, outline: Outline): Facts {
  return {
    architecture,
    probes: Object.fromEntries(
      entries(outline.probes).flatMap(([name, { socket }]) => {
        const answer = probes[socket];
        return answer == null ? [] : [[name, answer.facts]];
      }),
    ),
  };
}
