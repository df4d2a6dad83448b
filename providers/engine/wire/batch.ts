import { HostError } from "../errors.ts";

/** A question waits no longer than this for others. */
const PATIENCE_MS = 1_000;

/** Runs one task after the other, in the order of asking; a failure does not hold up the next. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(task: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(task);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

interface Waiting<Q, A> {
  readonly question: Q;
  readonly resolve: (answer: A) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Collects the questions of a burst, and those that come while the queue is busy, and asks them all at once.
 *
 * @param quietMs a burst is over when no question came for this long; asked anew with each question.
 * @param ask answers in the order of the questions. Where it throws, every question gets an error of its own.
 */
export function batch<Q, A>(
  queue: Queue,
  quietMs: (questions: readonly Q[]) => number,
  ask: (questions: readonly Q[]) => Promise<readonly A[]>,
): (question: Q) => Promise<A> {
  let waiting: Waiting<Q, A>[] = [];
  let latest = 0;

  const answerAll = async () => {
    for (const began = performance.now(); ; ) {
      const now = performance.now();
      const rest =
        Math.min(latest + quietMs(waiting.map(({ question }) => question)), began + PATIENCE_MS) - now;
      if (rest <= 0) break;
      await new Promise((resolve) => setTimeout(resolve, rest));
    }
    const asked = waiting;
    waiting = [];
    try {
      const answers = await ask(asked.map(({ question }) => question));
      asked.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer === undefined) reject(new Error("fewer answers than questions"));
        else resolve(answer);
      });
    } catch (error) {
      for (const { reject } of asked) reject(ownCopy(error));
    }
  };

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      latest = performance.now();
      if (waiting.length === 1) void queue.take(answerAll);
    });
}

/** Each resource adds its own state to its error. */
function ownCopy(error: unknown): unknown {
  return error instanceof HostError ? new HostError(error.code, error.facts, { cause: error }) : error;
}
