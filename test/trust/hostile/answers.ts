import { HostError, printable } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import { homeHost, oneTailnet } from "../../fake/home.ts";
import { Stack } from "../../fake/stack.ts";
import { wired } from "../../fake/wire.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { spoiling } from "./spoilt-answers.ts";
import { mustBeFitToShow, textsIn } from "./terminal.ts";

/** No answer of a few hundred kilobytes may keep the provider busy for longer. */
const CPU_MAX_MS = 15_000;

interface Broken {
  /** How advice and warnings are shown; that is done by the engine as Pulumi calls it. */
  readonly show?: (line: string) => string;
  /** The text of an error. */
  readonly tell?: (error: HostError) => string;
  /** What stands between the engine and the answers that were read. */
  readonly between?: (host: Host) => Host;
}

/** One resource of a gateway is made, refreshed and destroyed while its host spoils its answers. */
export function answersTrial({
  show = printable,
  tell = ({ message }) => message,
  between = (host) => host,
}: Broken = {}): Trial {
  return {
    name: "a host may answer anything: it is understood or refused by name, within limits, and shown without controls",
    on: "memory",
    cases: { fast: 200, whole: 6000 },
    async open() {
      let answers = 0;
      let refused = 0;
      const subject: Subject = {
        async try(one) {
          const fake = homeHost();
          const wishes = oneTailnet();
          const hostile = one.below(wishes.length);
          for (const { key, wish } of wishes.slice(0, hostile)) await new Stack(fake, { key }).up(wish);
          const spoil = spoiling(one);
          const host = wired(fake, (answer, nonce) => {
            answers++;
            return one.below(3) === 0 ? answer : spoil(answer, nonce);
          });
          const { key, wish } = wishes[hostile] ?? wishes[0]!;
          const stack = new Stack(between(host), { key, sweeps: key === "gateway" });
          for (const act of acts(stack, wish, one)) {
            if (!(await quickly(() => isUnderstood(act, tell)))) refused++;
            for (const line of stack.lines.splice(0)) mustBeFitToShow("a line of advice", show(line));
            for (const text of textsIn(stack.outputs?.facts)) mustBeFitToShow("a fact", text);
            mustBeUnpolluted();
          }
        },
        close: async () => undefined,
        figures: () => ({ "answers spoilt": answers, "answers refused": refused }),
      };
      return subject;
    },
  };
}

type Act = () => Promise<unknown>;

function acts(stack: Stack, wish: Parameters<Stack["up"]>[0], one: Case): Act[] {
  const up = () => stack.up(wish);
  const refresh = async () => {
    const shown = await stack.refresh();
    if (shown === null) return;
    const { secrets: _, ...visible } = shown;
    for (const text of textsIn(visible)) mustBeFitToShow("a refreshed input", text);
  };
  const destroy = () => stack.destroy();
  return one.pick([
    [up, refresh, destroy],
    [up, up, refresh, up, destroy],
    [up, destroy, up],
    [up, refresh, refresh, up],
  ]);
}

/** False when it was refused, which is as good. @throws Error when it was refused in another way than it should be */
async function isUnderstood(act: Act, tell: (error: HostError) => string): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    mustBeFitToShow("an error", tell(error));
    return false;
  }
}

async function quickly<T>(work: () => Promise<T>): Promise<T> {
  const before = process.cpuUsage();
  const result = await work();
  const { user, system } = process.cpuUsage(before);
  const ms = Math.round((user + system) / 1000);
  if (ms > CPU_MAX_MS) throw new Error(`an answer kept the provider busy for ${ms} ms`);
  return result;
}

const NATIVE = [Object.prototype, Object, Array.prototype, Function.prototype].map((object) => ({
  object,
  names: new Set(Reflect.ownKeys(object)),
}));

/** Takes away what it finds, so that the next case begins with a clean process. */
function mustBeUnpolluted(): void {
  for (const { object, names } of NATIVE) {
    const added = Reflect.ownKeys(object).filter((name) => !names.has(name));
    for (const name of added) Reflect.deleteProperty(object, name);
    if (added.length > 0)
      throw new Error(`a name of the host's has become one of all objects: ${String(added)}`);
  }
}
