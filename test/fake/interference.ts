import { HostError } from "../../providers/engine/errors.ts";
import type { Applied, Host, Order, Question } from "../../providers/engine/host.ts";
import { describe, type Step } from "../../providers/engine/plan/step.ts";

/** What was asked of a host, for tests that count. */
export interface Record {
  looks: number;
  applies: number;
  /** Every step that was sent, in the words of progress lines. */
  readonly steps: string[];
}

export function recorded(host: Host): { readonly host: Host; readonly record: Record } {
  const record: Record = { looks: 0, applies: 0, steps: [] };
  return {
    record,
    host: {
      name: host.name,
      look(question: Question) {
        record.looks++;
        return host.look(question);
      },
      apply(order: Order) {
        record.applies++;
        record.steps.push(...order.steps.map(describe));
        return host.apply(order);
      },
      contents: (paths) => host.contents(paths),
    },
  };
}

/** The connection is lost after `count` steps, each time; what was done stays done. */
export function losing(host: Host, count: number): Host {
  return {
    ...delegating(host),
    async apply(order: Order): Promise<Applied> {
      if (order.steps.length <= count) return host.apply(order);
      await host.apply({ ...order, steps: order.steps.slice(0, count) });
      throw new HostError("connection-lost", {
        host: host.name,
        doing: "finish a program",
        because: "the connection was cut",
      });
    },
  };
}

/** The step with number `count` fails without having done anything. */
export function failing(host: Host, count: number): Host {
  return {
    ...delegating(host),
    async apply(order: Order): Promise<Applied> {
      const culprit = order.steps[count];
      if (culprit === undefined) return host.apply(order);
      const applied = await host.apply({ ...order, steps: order.steps.slice(0, count) });
      if (applied.failed !== null || applied.moved !== null) return applied;
      return {
        ...applied,
        begun: count + 1,
        failed: { doing: describe(culprit), evidence: ["No space left on device"] },
      };
    },
  };
}

/** Another program acts between a look and the changes that follow from it: the first `times` times. */
export function raced(host: Host, act: () => void | Promise<void>, times = 1): Host {
  let left = times;
  return {
    ...delegating(host),
    async apply(order: Order): Promise<Applied> {
      if (left-- > 0) await act();
      return host.apply(order);
    },
  };
}

function delegating(host: Host): Host {
  return {
    name: host.name,
    look: (question) => host.look(question),
    apply: (order) => host.apply(order),
    contents: (paths) => host.contents(paths),
  };
}

/** Steps of some kinds are not sent, and the answer does not tell. */
export function omitting(host: Host, ...kinds: Step["do"][]): Host {
  return {
    ...delegating(host),
    apply: (order) => host.apply({ ...order, steps: order.steps.filter((step) => !kinds.includes(step.do)) }),
  };
}
