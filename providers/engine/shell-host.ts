import { randomBytes } from "node:crypto";
import { HostError, printable } from "./errors.ts";
import { type Footprint, linesOf } from "./footprint.ts";
import type { Applied, Order, Question, Remote } from "./host.ts";
import type { HostPath } from "./model.ts";
import { type Observed, observedOf, type Section, sectionsOf } from "./observation.ts";
import { progress } from "./progress.ts";
import { applyProgram, contentsProgram, lastLineOf, lookProgram } from "./script.ts";

/** How the answer to a program is listened to. */
export interface Hearing {
  /** Stands alone on the line that ends the answer. */
  readonly last: string;
  /** The longest silence of an honest host. */
  readonly silenceMaxMs: number;
  /** Called with each whole line as it arrives. */
  readonly onLine: (line: string) => void;
}

/** A download is tried three times for 15 minutes each; looking takes a second. */
const SILENCE_MAX_MS = { change: 60 * 60 * 1000, look: 2 * 60 * 1000 };

/** Runs a program as root on a host: the one thing this engine needs of a connection. */
export interface Shell {
  readonly name: string;
  /**
   * Gives `program` to a POSIX shell on its standard input and returns what it printed. The same shell may
   * get the next one.
   * @throws HostError `unreachable`, `host-key`, `authentication`, `not-root` or `connection-lost`.
   */
  run(program: string, hearing: Hearing): Promise<string>;
}

/** A {@link Remote} behind a shell: programs go out, sections come back. */
export function shellHost(shell: Shell): Remote {
  const { name } = shell;
  return {
    name,
    async look(questions: readonly Question[]) {
      const busy = questions.some(({ requirements }) => requirements.length > 0); // may update package lists
      const limit = busy ? SILENCE_MAX_MS.change : SILENCE_MAX_MS.look;
      const sections = await exchange(shell, limit, (nonce) => lookProgram(nonce, questions));
      const observed = observedOf(sections, askedBy(questions));
      let first = 0;
      return questions.map(({ requirements }) => {
        const own = findingsAbout(observed, first, requirements.length);
        first += requirements.length;
        return { ...observed, findings: own };
      });
    },
    async apply(orders: readonly Order[]) {
      const sections = await exchange(shell, SILENCE_MAX_MS.change, (nonce) => applyProgram(nonce, orders));
      refuseIfLocked(name, sections);
      const observed = observedOf(sections, askedBy(orders));
      const parts = partsOf(sections);
      return orders.map((_, order) => ({ ...doneOf(parts[String(order)] ?? []), observed }));
    },
    async contents(paths: readonly HostPath[]) {
      const sections = await exchange(shell, SILENCE_MAX_MS.look, (nonce) => contentsProgram(nonce, paths));
      return Object.fromEntries(
        sections.flatMap(({ heading, lines }) =>
          heading.startsWith("content ")
            ? [[heading.slice(8), Buffer.from(lines[0] ?? "", "base64").toString("utf8")]]
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
  silenceMaxMs: number,
  program: (nonce: string) => string,
): Promise<Section[]> {
  const nonce = randomBytes(8).toString("hex");
  const shown = progress(shell.name);
  try {
    const sections = sectionsOf(
      await shell.run(program(nonce), { last: lastLineOf(nonce), silenceMaxMs, onLine: shown.line }),
    );
    const begin = sections.findIndex(({ heading }) => heading === `begin ${nonce}`);
    const end = sections.findIndex(({ heading }) => heading === `end ${nonce}`);
    if (begin >= 0 && end > begin) return sections.slice(begin, end);
    throw new HostError("connection-lost", {
      host: shell.name,
      doing: shown.doing() ?? "run a program",
      because: "the answer ended before its time; run the same command again, it will find out what was done",
      evidence: sections
        .flatMap(({ lines }) => lines)
        .filter((text) => text !== "")
        .slice(-5),
    });
  } finally {
    shown.end();
  }
}

function refuseIfLocked(host: string, sections: readonly Section[]): void {
  const unlockable = sections.find(({ heading }) => heading === "unlockable");
  if (unlockable !== undefined) {
    throw new HostError("step-failed", {
      host,
      doing: "take the lock of the host",
      because: "the command failed; nothing was changed",
      evidence: evidenceOf(unlockable.lines),
    });
  }
  const locked = sections.find(({ heading }) => heading === "locked");
  if (locked === undefined) return;
  const holder = printable((locked.lines[0] ?? "").replace(/^\| /, ""));
  throw new HostError("locked", {
    host,
    doing: "change anything",
    because: `locked by ${holder === "" ? "a program that could not write its name" : holder}`,
    hint: "wait for it to end; a lock whose holder died is free",
  });
}

/** The sections of each order, which come in several parts. What stands behind `-` is nobody's. */
function partsOf(sections: readonly Section[]): Record<string, Section[]> {
  const parts: Record<string, Section[]> = {};
  let order = "-";
  for (const section of sections) {
    if (section.heading.startsWith("order ")) order = section.heading.slice(6);
    const part = parts[order] ?? [];
    parts[order] = part;
    part.push(section);
  }
  return parts;
}

function doneOf(sections: readonly Section[]): Omit<Applied, "observed"> {
  const headings = sections.map(({ heading }) => heading);
  const failedAt = headings.findIndex((heading) => heading.startsWith("failed "));
  const doing = headings.filter((heading) => heading.startsWith("doing ")).map((heading) => heading.slice(6));
  return {
    begun: headings.filter((heading) => heading.startsWith("step ")).length,
    moved: after(headings, "moved "),
    failed:
      failedAt < 0
        ? null
        : { doing: doing.at(-1) ?? "begin", evidence: evidenceOf(sections[failedAt]?.lines ?? []) },
    warnings: headings.flatMap((heading) =>
      heading.startsWith("warning ") ? [printable(heading.slice(8))] : [],
    ),
  };
}

function evidenceOf(lines: readonly string[]): string[] {
  return lines.filter((line) => line.startsWith("| ")).map((line) => line.slice(2));
}

function after(headings: readonly string[], prefix: string): string | null {
  return headings.find((heading) => heading.startsWith(prefix))?.slice(prefix.length) ?? null;
}
