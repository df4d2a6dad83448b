import { linesOf } from "./footprint.ts";
import type { Applied, Host, Order, Question } from "./host.ts";
import type { Observed } from "./observation.ts";

const FRESH_MS = 10_000;

/**
 * A host that many resources ask at once. One look answers all of them, because a look covers
 * everything that the manifests name; changes go one after the other, and each makes the shared look
 * the one it ended with.
 */
export function sharing(host: Host, now: () => number = Date.now): Host {
  let shared: { readonly at: number; readonly observed: Promise<Observed> } | null = null;
  let changes: Promise<unknown> = Promise.resolve();

  const look = (question: Question): Promise<Observed> => {
    const mine = { at: now(), observed: host.look(question) };
    shared = mine;
    mine.observed.catch(() => {
      if (shared === mine) shared = null;
    });
    return mine.observed;
  };

  return {
    name: host.name,
    async look(question) {
      if (question.requirements.length === 0 && shared !== null && now() - shared.at < FRESH_MS) {
        const observed = await shared.observed;
        if (answers(observed, question)) return observed;
      }
      if (question.requirements.length === 0) return look(question);
      // one at a time: such looks may use the package manager, and a connection has few channels
      const mine = changes.then(() => look(question));
      changes = mine.catch(() => undefined);
      return mine;
    },
    apply(order: Order): Promise<Applied> {
      const mine = changes.then(async () => {
        shared = null;
        try {
          const applied = await host.apply(order);
          shared = applied.moved === null ? { at: now(), observed: Promise.resolve(applied.observed) } : null;
          return applied;
        } catch (error) {
          // a look that was taken meanwhile may have seen half of it
          shared = null;
          throw error;
        }
      });
      changes = mine.catch(() => undefined);
      return mine;
    },
    contents: (paths) => host.contents(paths),
  };
}

function answers(observed: Observed, { footprint }: Question): boolean {
  return linesOf(footprint).every((line) => observed.answered.includes(line));
}
