import type { Host } from "../../providers/engine/host.ts";

/**
 * Several runs at once, each with its own view of one host: whenever all of them have something to ask of it,
 * one is let through, and goes on until it asks again or ends.
 */
export class Turns {
  /** How often a caller was let through. */
  count = 0;
  readonly #pick: (actors: readonly number[]) => number;
  readonly #waiting = new Map<number, () => void>();
  #busy: number;

  /** @param pick the one of those who wait, by their numbers in increasing order, that goes on */
  constructor(actors: number, pick: (waiting: readonly number[]) => number) {
    this.#busy = actors;
    this.#pick = pick;
  }

  /** The host as the actor with that number sees it. */
  of(host: Host, actor: number): Host {
    const inTurn = async <A>(ask: () => Promise<A>): Promise<A> => {
      await this.take(actor);
      return ask();
    };
    return {
      name: host.name,
      look: (question) => inTurn(() => host.look(question)),
      apply: (order) => inTurn(() => host.apply(order)),
      contents: (paths) => inTurn(() => host.contents(paths)),
    };
  }

  take(actor: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.set(actor, go);
      this.#busy--;
      this.#letGo();
    });
  }

  /** The actor asks for nothing more. */
  end(): void {
    this.#busy--;
    this.#letGo();
  }

  #letGo(): void {
    if (this.#busy > 0 || this.#waiting.size === 0) return;
    const actor = this.#pick([...this.#waiting.keys()].sort());
    const go = this.#waiting.get(actor);
    if (go === undefined) throw new Error(`${actor} does not wait`);
    this.#waiting.delete(actor);
    this.#busy++;
    this.count++;
    go();
  }
}
