import { HostError } from "../errors.ts";
import type { Identity } from "../kinds/desired.ts";
import type { Secrets } from "../kinds/file.ts";
import { outlineIn1, type StoredOutline1 } from "./format-1.ts";
import { outlineIn2 } from "./format-2.ts";
import type { Outline } from "./outline.ts";
import { join, OWNS_NOTHING, type Owned, ownedBy, ownedIn } from "./owned.ts";

/** What every kind of connection has; the rest of it is the business of the module that opens it. */
export interface Connection {
  readonly host: string;
  readonly port?: number;
  readonly hostKey: string;
  /** What is connected to first. */
  readonly jump?: Connection;
}

/** What a resource tells its component once it works. */
export interface Facts {
  readonly architecture: string;
  /** Of each probe what its program answered. */
  readonly probes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What all formats of outputs have. */
interface Common<C extends Connection> {
  readonly connection: C;
  readonly identity: Identity;
  readonly secrets: Secrets;
  readonly adopt: boolean;
  /** Pulumi's own: the text of the provider. Kept as it is. */
  readonly __provider?: string;
  /** See `HostStateInputs`. */
  readonly __urn?: string;
  /** Tells this resource from another that has, or had, its key on the host. */
  readonly nonce: string;
  /** False when the last run failed part-way. */
  readonly settled: boolean;
  readonly facts: Facts;
}

/** Outputs as this release writes them: what Pulumi keeps. Text is in the inputs only. */
export interface Outputs2<C extends Connection> extends Common<C> {
  readonly format: 2;
  /** See `storedOutline`. */
  readonly outline: string;
  /** What earlier desired states may have left behind when a run failed, as lines of a manifest. */
  readonly alsoOwned: readonly string[];
  /** What a refresh has found, in words; from then until the next update. Releases up to 0.1.0 do not know it. */
  readonly drift?: readonly string[];
  /** The outline as it was found then; Pulumi shows nothing that begins so. */
  readonly __found?: string;
}

/** Outputs as releases up to 0.1.0 wrote them. */
export interface Outputs1<C extends Connection> extends Common<C> {
  readonly format: 1;
  readonly outline: string | StoredOutline1;
  readonly left: readonly string[];
}

/** Outputs of any format that this release reads. Later releases must be able to read them too. */
export type HostStateOutputs<C extends Connection> = Outputs1<C> | Outputs2<C>;

/** What the outputs of a resource say, whatever their format. */
export interface Recorded {
  /** As the last update has made it, or as the last refresh has found it since. */
  readonly outline: Outline;
  /** As the last update has made it. */
  readonly wanted: Outline;
  /** What the state says that the resource may have left on its host. */
  readonly owned: Owned;
  readonly alsoOwned: readonly string[];
}

/** @throws HostError `state-format` for outputs that only a newer release can read */
export function recordedIn<C extends Connection>(outputs: HostStateOutputs<C>): Recorded {
  refuseNewer(outputs);
  const wanted = outputs.format === 1 ? outlineIn1(outputs.outline) : outlineIn2(outputs.outline);
  const found = outputs.format === 1 ? undefined : outputs.__found;
  const alsoOwned = outputs.format === 1 ? outputs.left : outputs.alsoOwned;
  return {
    wanted,
    outline: found === undefined ? wanted : outlineIn2(found),
    alsoOwned,
    owned: join(ownedBy(wanted), ownedIn(alsoOwned) ?? OWNS_NOTHING),
  };
}

const FORMATS: readonly number[] = [1, 2];

function refuseNewer({ format, connection }: { format: number; connection: Connection }): void {
  if (FORMATS.includes(format)) return;
  throw new HostError("state-format", {
    host: connection.host,
    doing: "read the state",
    because: `it has format ${format}, and this release of pulumi-tsproxy knows formats up to ${Math.max(...FORMATS)}`,
    hint: "use the release that wrote it, or a newer one",
  });
}

/** The parts that no format has of its own. */
export function commonOf<C extends Connection>(outputs: HostStateOutputs<C>): Common<C> {
  const { connection, identity, secrets, adopt, __provider, __urn, nonce, settled, facts } = outputs;
  const provider = __provider === undefined ? {} : { __provider };
  const urn = __urn === undefined ? {} : { __urn };
  return { connection, identity, secrets, adopt, ...provider, ...urn, nonce, settled, facts };
}
