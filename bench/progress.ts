import { say } from "../test/toolchain/progress.ts";

/** A part that is to be run, and how long it takes, roughly. */
export interface Planned {
  readonly name: string;
  readonly estimateSeconds: number;
}

/** Tells on standard error what is being measured and how long all of it will still take. */
export class Progress {
  readonly #plan: readonly Planned[];
  readonly #now: () => number;
  #part = -1;
  #begun = 0;

  /** @param now seconds */
  constructor(plan: readonly Planned[], now: () => number = () => performance.now() / 1000) {
    this.#plan = plan;
    this.#now = now;
  }

  /** The next part begins. */
  begin(): void {
    this.#part++;
    this.#begun = this.#now();
    this.tell("begins", 0);
  }

  /** @param done share of the part's work, 0 to 1 */
  tell(what: string, done: number): void {
    const name = this.#plan[this.#part]?.name ?? "";
    say(`${name}: ${what} (about ${inWords(this.#left(done))} left in all)`);
  }

  #left(done: number): number {
    const part = this.#plan[this.#part]?.estimateSeconds ?? 0;
    const later = this.#plan
      .slice(this.#part + 1)
      .reduce((sum, { estimateSeconds }) => sum + estimateSeconds, 0);
    return later + secondsLeft(part, this.#now() - this.#begun, done);
  }
}

/** What was expected counts less, the more of the work is done. @param done 0 to 1 */
export function secondsLeft(expected: number, elapsed: number, done: number): number {
  const byExpectation = expected * (1 - done);
  const byExperience = done > 0 ? (elapsed / done) * (1 - done) : byExpectation;
  return byExpectation * (1 - done) + byExperience * done;
}

function inWords(seconds: number): string {
  return seconds < 90 ? `${Math.ceil(seconds / 10) * 10} s` : `${Math.round(seconds / 60)} min`;
}
