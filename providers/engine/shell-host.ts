import { randomBytes } from "node:crypto";
import { HostError, printable } from "./errors.ts";
import { type Footprint, linesOf } from "./footprint.ts";
import type { Applied, Order, Question, Remote } from "./host.ts";
import type { HostPath } from "./model.ts";
import { type Observed, observedOf, type Section, sectionsOf } from "./observation.ts";
import { progress } from "./progress.ts";
import { applyProgram, contentsProgram, lastLineOf, lookProgram } from "./script.ts";
import { type Way, wayTo } from "./way.ts";

/** How the answer to a program is listened to. */
export interface Hearing {
  /** Stands alone on the line that ends the answer. */
  readonly last: string;
  readonly limits: Limits;
  /**
   * Called with each whole line as it arrives. What it promises is said to the program. If that promise is broken,
   * the connection is ended, and `run` fails with the same error.
   */
  readonly onLine: (line: string) => Promise<string> | undefined;
}

/** What no honest host exceeds in answer to one program; one that does is listened to no longer. */
export interface Limits {
  readonly silenceMs: number;
  readonly wholeMs: number;
  /** Of standard output and error together. */
  readonly bytes: number;
  readonly lines: number;
}

const MINUTE_MS = 60 * 1000;
/** A few hundred kilobytes are asked for, and a few thousand lines. */
const SIZE = { bytes: 32 * 1024 * 1024, lines: 200_000 };
/** Looking takes a second. */
const LOOK: Limits = { ...SIZE, silenceMs: 2 * MINUTE_MS, wholeMs: 10 * MINUTE_MS };
/** A download is tried three times for 15 minutes each, and package lists are fetched. */
const CHANGE: Limits = { ...SIZE, silenceMs: 60 * MINUTE_MS, wholeMs: 6 * 60 * MINUTE_MS };

/** Runs a program as root on a host: the one thing this engine needs of a connection. */
export interface Shell {
  readonly name: string;
  /**
   * Gives `program` to a POSIX shell on its standard input and returns what it printed. The same shell may
   * get the next one.
   * @throws HostError `unreachable`, `host-key`, `authentication`, `not-root` or `connection-lost`.
   */
  run(program: string, hearing: Hearing): Promise<string>;
  /**
   * Makes another connection along the same way, waits for sshd's greeting and hangs up: no login.
   * @throws HostError `unreachable`
   */
  knock(): Promise<void>;
}

/** Heads the text of a file. */
const CONTENT = "content ";

/** A {@link Remote} behind a shell: programs go out, sections come back. */
export function shellHost(shell: Shell): Remote {
  const { name } = shell;
  return {
    name,
    async look(questions: readonly Question[]) {
      const busy = questions.some(({ requirements }) => requirements.length > 0); // may update package lists
      const sections = await exchange(shell, busy ? CHANGE : LOOK, (nonce) => lookProgram(nonce, questions));
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
        shell,
        CHANGE,
        (nonce) => applyProgram(nonce, orders),
        (nonce) => wayTo(shell, nonce, orders),
      );
      refuseIfLocked(name, sections);
      const observed = observedOf(sections, askedBy(orders));
      const parts = partsOf(sections);
      return orders.map((_, order) => ({ ...doneOf(parts.get(String(order)) ?? []), observed }));
    },
    async contents(paths: readonly HostPath[]) {
      const sections = await exchange(shell, LOOK, (nonce) => contentsProgram(nonce, paths));
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

function askedBy(asked: readonly { readonly footprint: Footprint }[]): string[] {
  return asked.flatMap(({ footprint }) => linesOf(footprint));
}

/** Requirements of one question have numbers of their own; in the program all have. */
function findingsAbout({ findings }: Observed, first: number, count: number): Observed["findings"] {
  return findings.flatMap(({ requirement, evidence }) =>
    requirement >= first && requirement < first + count
      ? [{ requirement: requirement - first, evidence }]
      : [],
  );
}

/** Sends a program and returns what stands between its two marks. */
async function exchange(
  shell: Shell,
  limits: Limits,
  program: (nonce: string) => string,
  watch?: (nonce: string) => Way,
): Promise<Section[]> {
  const nonce = randomBytes(8).toString("hex");
  const shown = progress(shell.name);
  const way = watch?.(nonce);
  const onLine = (line: string) => {
    shown.line(line);
    return way?.onLine(line);
  };
  try {
    const printed = await shell
      .run(program(nonce), { last: lastLineOf(nonce), limits, onLine })
      .catch(async (error: unknown) => {
        throw (await way?.reasonOf(error)) ?? error;
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

/** A step has one thing to warn of. */
const WARNINGS_MAX = 20;

function refuseIfLocked(host: string, sections: readonly Section[]): void {
  const locked = sections.find(({ heading }) => heading === "locked");
  if (locked === undefined) return;
  throw new HostError("locked", {
    host,
    doing: "change anything",
    because: `locked by ${printable((locked.lines[0] ?? "").replace(/^\| /, ""))}`,
    hint: "wait for it to end; a lock whose holder died is free",
  });
}

/** The sections of each order, which come in several parts. What stands behind `-` is nobody's. */
function partsOf(sections: readonly Section[]): ReadonlyMap<string, readonly Section[]> {
  const parts = new Map<string, Section[]>();
  let order = "-";
  for (const section of sections) {
    if (section.heading.startsWith("order ")) order = section.heading.slice(6);
    const part = parts.get(order) ?? [];
    parts.set(order, part);
    part.push(section);
  }
  return parts;
}

function doneOf(sections: readonly Section[]): Omit<Applied, "observed"> {
  const headings = sections.map(({ heading }) => heading);
  const failedAt = headings.findIndex((heading) => heading.startsWith("failed "));
  const doing = headings.filter((heading) => heading.startsWith("doing ")).map((heading) => heading.slice(6));
  const warnings = headings.filter((heading) => heading.startsWith("warning "));
  return {
    begun: headings.filter((heading) => heading.startsWith("step ")).length,
    moved: after(headings, "moved "),
    failed:
      failedAt < 0
        ? null
        : { doing: doing.at(-1) ?? "begin", evidence: evidenceOf(sections[failedAt]?.lines ?? []) },
    warnings: warnings.slice(0, WARNINGS_MAX).map((heading) => printable(heading.slice(8))),
  };
}

function evidenceOf(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith("| ")).map((line) => line.slice(2));
}

function after(headings: readonly string[], prefix: string): string | null {
  return headings.find((heading) => heading.startsWith(prefix))?.slice(prefix.length) ?? null;
}
