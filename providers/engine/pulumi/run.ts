import type { Peers } from "../plan/task.ts";
import type { Wanted } from "./change-in-words.ts";

/**
 * What the resources of one run of Pulumi must know of each other; a provider process serves one run. Two resources may
 * reach the same host by different names, which only the manifests there can tell.
 */
export class PulumiRun implements Peers {
  readonly #forgotten: ReadonlySet<string>;
  /** Addresses by the nonce of the resources that are wanted in this run. */
  readonly #wanted = new Map<string, string>();
  /** Addresses by the nonce of the resource whose name another one took over in this run. */
  readonly #taken = new Map<string, string>();
  /** What the resources were to be like, by nonce, before they were read in this run. */
  readonly #read = new Map<string, Wanted>();
  /** Nonces of those that were read, and not compared since. */
  readonly #uncompared = new Set<string>();

  /** @param forgotten addresses of hosts that are gone for good, as the user wrote them, separated by commas */
  constructor(forgotten = "") {
    this.#forgotten = new Set(forgotten.split(",").map((host) => host.trim()));
  }

  isForgotten(host: string): boolean {
    return this.#forgotten.has(host);
  }

  want(nonce: string, host: string): void {
    this.#wanted.set(nonce, host);
  }

  drop(nonce: string): void {
    this.#wanted.delete(nonce);
  }

  /** The address of the resource with that nonce, if this run wants it. */
  wanted(nonce: string): string | undefined {
    return this.#wanted.get(nonce);
  }

  /** The engine compares what it has just read with the inputs that it has: so it shows what a refresh has found. */
  haveRead(nonce: string, wanted: Wanted): void {
    this.#read.set(nonce, wanted);
    this.#uncompared.add(nonce);
  }

  lastRead(nonce: string): Wanted | undefined {
    return this.#read.get(nonce);
  }

  /** Whether this is that comparison, and not the one with the program's inputs, which comes after it. */
  isBeingRefreshed(nonce: string): boolean {
    return this.#uncompared.delete(nonce);
  }

  take(nonce: string, host: string): void {
    this.#taken.set(nonce, host);
  }

  /** Where the name of the resource with that nonce was taken over, if it was. */
  takenAt(nonce: string): string | undefined {
    return this.#taken.get(nonce);
  }
}
