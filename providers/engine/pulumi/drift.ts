import { legible } from "../errors.ts";
import type { Host } from "../host.ts";
import type { Secrets } from "../kinds/file.ts";
import { type Say, warnOfAddresses, warnOfPrograms } from "../plan/explain.ts";
import { refuseNewer } from "../plan/ownership.ts";
import { entries, keys, mapValues, same } from "../records.ts";
import { storedOutline } from "../state/format-2.ts";
import { isNotedBy, manifestPath } from "../state/manifest.ts";
import type { Observed } from "../state/observed.ts";
import { asFound, type Outline, sameOutline } from "../state/outline.ts";
import {
  type Connection,
  commonOf,
  type Facts,
  type HostStateOutputs,
  recordedIn,
} from "../state/outputs.ts";
import { ownedBy } from "../state/owned.ts";
import { type StoredDesired, storedDesired } from "../state/stored-desired.ts";
import { driftInWords } from "./drift-in-words.ts";
import { factsOf, newsOf } from "./facts.ts";
import type { Open } from "./inputs.ts";
import { PulumiRun } from "./run.ts";
import { sayOf } from "./tell.ts";

/**
 * Compares with the host. Nothing differs: the outputs, with the facts of this look, and no inputs, so that the engine
 * keeps its own. Something differs: the inputs rebuilt from what the host holds, which is what makes
 * the line diff of drift, and in the outputs the same in words. Nothing left at all: no id, and the resource is
 * planned anew.
 */
export async function read<C extends Connection>(
  open: Open<C>,
  id: string,
  olds: HostStateOutputs<C>,
  run = new PulumiRun(),
  say: Say = () => undefined,
) {
  const { outline, wanted, alsoOwned } = recordedIn(olds);
  run.know(olds.nonce, olds);
  const host = open(olds.connection);
  const { nonce, settled, facts: _, ...kept } = commonOf(olds);
  const identity = { ...kept.identity, nonce };
  const owned = ownedBy(wanted);
  const observed = await host.look({ owned, requirements: [] });
  const manifest = observed.manifests[identity.key];
  refuseNewer(host, identity, manifest);
  warnOfAddresses(host, outline, observed, say);
  const facts = tellFacts(host, olds, outline, observed, say);
  run.haveRead(nonce, { outline: wanted, secrets: kept.secrets });
  const found = asFound(wanted, kept.secrets, observed);
  const isNoted = isNotedBy(manifest, identity, owned);
  if (sameOutline(found, outline) && (isNoted || !settled))
    return { id, props: same(facts, olds.facts) ? olds : { ...olds, facts } };
  if (manifest === undefined && isEmpty(found)) return {};
  const { desired, secrets } = await readBack(host, wanted, found, kept.secrets);
  const drift = [...driftInWords(wanted, found), ...(isNoted ? [] : [unnoted(identity.key)])];
  sayOf(say, olds, drift);
  // written anew, the same outline might have its keys in another order, and be shown as changed
  const asWanted = olds.format === 2 ? olds.outline : storedOutline(wanted);
  const outputs = { nonce, facts, alsoOwned, outline: asWanted, settled: settled && isNoted };
  // by the secrets that were read: a program that has come to want them finds nothing to change, nor does a later look
  const asRead = asFound(wanted, secrets, observed);
  const asIs = drift.length === 0 ? {} : { drift, __found: storedOutline(asRead) };
  return {
    id,
    props: { ...kept, ...outputs, ...asIs, format: 2, secrets } as const,
    inputs: { ...kept, secrets, desired },
  };
}

function unnoted(key: string): string {
  return `${manifestPath(key)}, the record of what belongs to it, is missing, or not as it is written now`;
}

function tellFacts<C extends Connection>(
  host: Host,
  { identity: { key }, facts: known }: HostStateOutputs<C>,
  outline: Outline,
  observed: Observed,
  say: Say,
): Facts {
  const facts = factsOf(observed, outline, known);
  const warnings = warnOfPrograms(host, { key, probes: outline.probes }, observed, say);
  for (const news of newsOf(known, facts, warnings)) say(`${host.name}: ${key}: ${news}`);
  return facts;
}

function isEmpty({ files, units, downloads }: Outline): boolean {
  const idle = Object.values(units).every(({ active, enabled }) => !active && enabled !== true);
  return Object.keys(files).length === 0 && Object.keys(downloads).length === 0 && idle;
}

/** `found` with the text that the host holds in place of digests; Pulumi shows it as it is. */
async function readBack(
  host: Host,
  outline: Outline,
  found: Outline,
  known: Secrets,
): Promise<{ readonly desired: StoredDesired; readonly secrets: Secrets }> {
  const texts = await host.contents(keys(found.files));
  const secrets: Record<string, string> = { ...known };
  const files = mapValues(found.files, (file, path) => {
    const text = texts[path] ?? "";
    if ("digest" in file) return { mode: file.mode, content: legible(text) };
    if (!file.same) secrets[file.secret] = text;
    return { mode: file.mode, content: { secret: file.secret } };
  });
  for (const [path, file] of entries(outline.files))
    if ("secret" in file && !(path in found.files)) delete secrets[file.secret];
  return { desired: storedDesired({ ...found, files }), secrets };
}
