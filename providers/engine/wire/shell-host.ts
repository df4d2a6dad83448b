import { randomBytes } from "node:crypto";
import { HostError } from "../errors.ts";
import type { Order, Question, Remote } from "../host.ts";
import type { HostPath } from "../kinds/names.ts";
import { type Observed, observedOf, type Section, sectionsOf } from "../state/observed.ts";
import { linesOf, type Owned } from "../state/owned.ts";
import { appliedIn, refuseIfLocked } from "./answers.ts";
import { confirmReachable, type ReachabilityCheck } from "./confirm-reachable.ts";
import { progress } from "./progress.ts";
import { applyProgram, contentsProgram, lastLineOf, lookProgram } from "./script.ts";
import { CHANGE, type Limits, LOOK, type Shell } from "./shell.ts";

/** Heads the text of a file. */
const CONTENT = "content ";

/**
 * A {@link Remote} behind a shell: programs go out, sections come back.
 *
 * @param show gets what the host is busy with, each line in place of the one before. @default they are dropped
 */
export function shellHost(shell: Shell, show: (line: string) => void = () => undefined): Remote {
  const { name } = shell;
  const wire = { shell, show };
  return {
    name,
    async look(questions: readonly Question[]) {
      const busy = questions.some(({ requirements }) => requirements.length > 0); // may update package lists
      const sections = await exchange(wire, busy ? CHANGE : LOOK, (nonce) => lookProgram(nonce, questions));
      const observed = observedOf(sections, askedBy(questions));
      let first = 0;
      return questions.map(({ requirements }) => {
        const own = findingsAbout(observed, first, requirements.length);
        first += requirements.length;
        return { ...observed, findings: own };
      });
    },
    async apply(orders: readonly Order[]) {
      const sections = await exchange(
        wire,
        CHANGE,
        (nonce) => applyProgram(nonce, orders),
        (nonce) => confirmReachable(shell, nonce, orders),
      );
      refuseIfLocked(name, sections);
      const observed = observedOf(sections, askedBy(orders));
      return appliedIn(sections, orders.length).map((applied) => ({ ...applied, observed }));
    },
    async contents(paths: readonly HostPath[]) {
      const sections = await exchange(wire, LOOK, (nonce) => contentsProgram(nonce, paths));
      return Object.fromEntries(
        sections.flatMap(({ heading, lines }) =>
          heading.startsWith(CONTENT)
            ? [[heading.slice(CONTENT.length), Buffer.from(lines[0] ?? "", "base64").toString("utf8")]]
            : [],
        ),
      );
    },
  };
}

function askedBy(asked: readonly { readonly owned: Owned }[]): string[] {
  return asked.flatMap(({ owned }) => linesOf(owned));
}

/** Requirements of one question have numbers of their own; in the program all have. */
function findingsAbout({ findings }: Observed, first: number, count: number): Observed["findings"] {
  return findings.flatMap(({ requirement, evidence }) =>
    requirement >= first && requirement < first + count
      ? [{ requirement: requirement - first, evidence }]
      : [],
  );
}

export interface Wire {
  readonly shell: Shell;
  readonly show: (line: string) => void;
}

/** Sends a program and returns what stands between its two marks. */
export async function exchange(
  { shell, show }: Wire,
  limits: Limits,
  program: (nonce: string) => string,
  watch?: (nonce: string) => ReachabilityCheck,
): Promise<Section[]> {
  const nonce = randomBytes(8).toString("hex");
  const shown = progress(shell.name, show);
  const check = watch?.(nonce);
  const onLine = (line: string) => {
    shown.line(line);
    return check?.onLine(line);
  };
  try {
    const printed = await shell
      .run(program(nonce), { last: lastLineOf(nonce), limits, onLine })
      .catch(async (error: unknown) => {
        throw (await check?.reasonOf(error)) ?? error;
      });
    const sections = sectionsOf(printed);
    const begin = sections.findIndex(({ heading }) => heading === `begin ${nonce}`);
    const end = sections.findIndex(({ heading }) => heading === `end ${nonce}`);
    if (begin >= 0 && end > begin) return sections.slice(begin, end);
    throw new HostError("connection-lost", {
      host: shell.name,
      doing: shown.doing() ?? "run a program",
      because: "the answer ended before its time; run the same command again, it will find out what was done",
      evidence: sections
        .flatMap(({ heading, lines }) => (heading.startsWith(CONTENT) ? [] : lines)) // may be of a secret file
        .filter((text) => text !== "")
        .slice(-5),
    });
  } finally {
    shown.end();
  }
}
