import { HostError, printable } from "../errors.ts";
import type { Applied } from "../host.ts";
import type { Section } from "../state/observed.ts";

/** A step has one thing to warn of. */
const WARNINGS_MAX = 20;

/** @throws HostError `locked`; `step-failed` where the lock cannot even be made */
export function refuseIfLocked(host: string, sections: readonly Section[]): void {
  const unlockable = sections.find(({ heading }) => heading === "unlockable");
  if (unlockable !== undefined) {
    throw new HostError("step-failed", {
      host,
      doing: "take the lock of the host",
      because: "the command failed, and no step was begun",
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

/** What became of each of `count` orders. */
export function appliedIn(sections: readonly Section[], count: number): Omit<Applied, "observed">[] {
  const parts = partsOf(sections);
  return Array.from({ length: count }, (_, order) => doneOf(parts.get(String(order)) ?? []));
}

/** The sections of each order, which come in several parts. What stands behind `-` belongs to no order. */
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
