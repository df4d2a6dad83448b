import type { Peers } from "../plan/task.ts";
import { canonical } from "../records.ts";
import type { Connection, HostStateOutputs } from "../state/outputs.ts";
import { addressOf } from "./same-host.ts";

interface Known {
  /** What the user calls its host. */
  readonly host: string;
  readonly address: string;
}

import type { Wanted } from "./change-in-words.ts";

/**
 * What the resources of one run of Pulumi must know of each other; a provider process serves one run. Two resources may
 * reach the same host by different names, and two states may have the same names: only the manifests on the host can tell,
 * and only by the nonces that the state has.
 */
export class PulumiRun {
  readonly #forgotten: ReadonlySet<string>;
  readonly #known = new Map<string, Known>();
  /** Nonces of gateways, by their addresses. */
  readonly #gateways = new Map<string, string>();
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

  /** Notes a resource that the state has, or is about to get. */
  know(
    nonce: string,
    { connection, identity }: Pick<HostStateOutputs<Connection>, "connection" | "identity">,
  ): void {
    const address = canonical(addressOf(connection));
    this.#known.set(nonce, { host: connection.host, address });
    if (identity.sweeps) this.#gateways.set(address, nonce);
  }

  drop(nonce: string): void {
    this.#known.delete(nonce);
    for (const [address, gateway] of this.#gateways) if (gateway === nonce) this.#gateways.delete(address);
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

  /** Where the name of the resource with that nonce was taken over, if it was. */
  takenAt(nonce: string): string | undefined {
    return this.#taken.get(nonce);
  }

  /** What a resource that is reached by `connection` knows of the others. */
  at(connection: Connection): Peers {
    const address = canonical(addressOf(connection));
    const isHere = (known: Known | undefined) => known?.address === address;
    return {
      gateway: this.#gateways.get(address),
      knows: (nonce) => isHere(this.#known.get(nonce)),
      elsewhere: (nonce) => {
        const known = this.#known.get(nonce);
        return isHere(known) ? undefined : known?.host;
      },
      take: (nonce) => void this.#taken.set(nonce, connection.host),
    };
  }
}
