import type { Desired, Identity } from "../kinds/desired.ts";
import type { Secrets } from "../kinds/file.ts";
import type { HostPath } from "../kinds/names.ts";
import type { Precondition } from "../kinds/requirement.ts";
import { entries } from "../records.ts";
import type { Observed } from "../state/observed.ts";
import type { Owned } from "../state/owned.ts";

/** What is to be made of one resource on one host. */
export interface Task {
  readonly identity: Identity;
  /** What the stack or project was called when the resource was last written. */
  readonly formerly?: Identity;
  readonly desired: Desired;
  readonly secrets: Secrets;
  /** What the state says that the resource may have left, and which of these files still are as it left them. */
  readonly remembered: Owned;
  readonly isUntouched: (path: HostPath, observed: Observed) => boolean;
  readonly adopt: boolean;
  /** The resource goes away for good. */
  readonly last: boolean;
  /** The other resources of this run of Pulumi. */
  readonly peers?: Peers;
}

/** What a run of Pulumi knows, for a resource, of the others in its state. */
export interface Peers {
  /** Nonce of the gateway at the resource's own address, if this run has come across one. */
  readonly gateway: string | undefined;
  /** Whether the state has the resource with that nonce, at the same address. */
  knows(nonce: string): boolean;
  /** What the program calls the host of the resource with that nonce, where it has that one at another address. */
  elsewhere(nonce: string): string | undefined;
  /** Notes that the name of the resource with that nonce was taken over. */
  take(nonce: string): void;
}

/** What is asked of a host before the first change: the resource's requirements, and that no kernel object is in the way. */
export function preconditionsOf({ requirements, kernel }: Desired): Precondition[] {
  const absent = entries(kernel).map(([, objects]) => ({ kind: "absent", objects }) as const);
  return [...absent, ...requirements];
}
