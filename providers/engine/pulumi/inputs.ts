import type { Host } from "../host.ts";
import type { Identity } from "../kinds/desired.ts";
import { digestOf, type Secrets, shortDigest } from "../kinds/file.ts";
import type { Task } from "../plan/task.ts";
import type { Outline } from "../state/outline.ts";
import { type Connection, commonOf, type HostStateOutputs, recordedIn } from "../state/outputs.ts";
import { OWNS_NOTHING } from "../state/owned.ts";
import type { StoredDesired } from "../state/stored-desired.ts";

/** Inputs of a HostState, as they arrive from the program. */
export interface HostStateInputs<C extends Connection> {
  readonly connection: C;
  readonly identity: Identity;
  readonly desired: StoredDesired;
  readonly secrets: Secrets;
  readonly adopt: boolean;
  /** Pulumi's own: the text of the provider. Kept as it is. */
  readonly __provider?: string;
  /** Of this resource, in short. Pulumi tells a dynamic provider none, and shows a line at the resource of its URN. */
  readonly __urn?: string;
}

export type Open<C> = (connection: C) => Host;

type Memory = Pick<Task, "remembered" | "isUntouched">;

/** What the state remembers of a resource, for a task. `null`: it is new. */
export function memoryOf<C extends Connection>(olds: HostStateOutputs<C> | null): Memory {
  if (olds === null) return { remembered: OWNS_NOTHING, isUntouched: () => false };
  const { secrets, adopt } = commonOf(olds);
  const { outline, owned } = recordedIn(olds);
  // an adopted file may have been given back: its text does not tell whose it is
  const isUntouched = adopt ? () => false : untouchedSince(outline, secrets);
  return { remembered: owned, isUntouched };
}

function untouchedSince({ files }: Outline, secrets: Secrets): Memory["isUntouched"] {
  return (path, observed) => {
    const wanted = files[path];
    const digest = observed.files[path]?.digest;
    if (wanted === undefined) return false;
    if (!("digest" in wanted)) return digest === digestOf(secrets[wanted.secret] ?? "");
    return typeof digest === "string" && shortDigest(digest) === wanted.digest;
  };
}
