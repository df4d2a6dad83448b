import type { Applied, Host, Order, Question, Remote } from "../host.ts";
import type { HostPath } from "../kinds/names.ts";
import type { Observed } from "../state/observed.ts";
import { linesOf } from "../state/owned.ts";
import { batch, Queue } from "./batch.ts";

const FRESH_MS = 10_000;

/**
 * Pulumi begins with resources that wait for nothing any more 30 to 100 ms after each other. Resources that change
 * the host do it together when they have looked together; a refresh need not wait, since one look answers for all
 * resources.
 */
const quietOfLooks = (questions: readonly Question[]) =>
  questions.some(({ beforeChange }) => beforeChange === true) ? 150 : 0;
/** Resources that were answered by one look go on at the same moment. */
const quietOfChanges = () => 10;

/**
 * A host that many resources ask at once. One look answers all of them, because a look covers
 * everything that the manifests name; changes that come together go in one program, and the look with which it ends
 * is shared from then on. There is never more than one program on its way.
 */
export function sharedHost(remote: Remote, now: () => number = Date.now): Host {
  let shared: { readonly at: number; readonly observed: Observed } | null = null;
  const queue = new Queue();

  const known = ({ owned, requirements }: Question): Observed | null =>
    requirements.length === 0 &&
    shared !== null &&
    now() - shared.at < FRESH_MS &&
    linesOf(owned).every((line) => shared?.observed.answered.includes(line))
      ? shared.observed
      : null;

  const lookForAll = async (questions: readonly Question[]): Promise<Observed[]> => {
    // by what is known now: the new look was not asked what the last one has answered
    const answers = new Map(questions.map((question) => [question, known(question)]));
    const unanswered = questions.filter((question) => answers.get(question) === null);
    const at = now();
    const looks = unanswered.length > 0 ? await remote.look(unanswered) : [];
    const [newest] = looks;
    if (newest !== undefined) shared = { at, observed: { ...newest, findings: [] } };
    return questions.flatMap(
      (question) => answers.get(question) ?? looks[unanswered.indexOf(question)] ?? [],
    );
  };

  const applyAll = async (orders: readonly Order[]): Promise<readonly Applied[]> => {
    shared = null;
    const applied = await remote.apply(orders);
    const [first] = applied;
    if (first !== undefined && applied.every(({ moved }) => moved === null))
      shared = { at: now(), observed: first.observed };
    return applied;
  };

  const contentsForAll = async (asked: readonly (readonly HostPath[])[]) => {
    const contents = await remote.contents([...new Set(asked.flat())]);
    return asked.map((paths) =>
      Object.fromEntries(Object.entries(contents).filter(([path]) => paths.some((asked) => asked === path))),
    );
  };

  return {
    name: remote.name,
    look: batch(queue, quietOfLooks, lookForAll),
    apply: batch(queue, quietOfChanges, applyAll),
    contents: batch(queue, quietOfChanges, contentsForAll),
  };
}
