import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { FieldCase } from "./case.ts";

/** What docs/field.md is about, in the order of its sections: the letter that identifiers begin with, and the heading. */
const SECTIONS: readonly (readonly [letter: string, heading: string])[] = [
  ["A", "A login that lasts"],
  ["B", "Isolation"],
  ["C", "Life on a host"],
  ["D", "SSH"],
  ["E", "Programs and checkouts"],
  ["F", "A newcomer"],
  ["G", "A Pulumi practitioner"],
  ["R", "Convergence"],
  ["N", "Found since"],
];

/** The cases of all files in `cases/`, by identifier. */
export function fieldCases(): FieldCase[] {
  const folder = join(__dirname, "cases");
  const lists = readdirSync(folder).map(
    (name) => require(join(folder, name)) as { cases: readonly FieldCase[] },
  );
  return lists
    .flatMap(({ cases }) => cases)
    .sort((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

/** docs/field.md */
export function fieldPage(cases: readonly FieldCase[]): string {
  const sections = SECTIONS.flatMap(([letter, heading]) => {
    const rows = cases.filter(({ id }) => id.startsWith(letter));
    return rows.length === 0 ? [] : [`## ${heading}`, table(rows)];
  });
  return `${[TITLE, ABOUT, ...sections].join("\n\n")}\n`;
}

const TITLE = "# What the world does to a gateway";

const ABOUT =
  "Each row was seen on a host, with a real daemon, or read in its source: what happens, what a user saw before 0.2.0, what a user sees now, and the test that shows it. Generated from `test/field/cases` by `UPDATE_GOLDEN=1 npm test -- field`.";

function table(rows: readonly FieldCase[]): string {
  const head = ["", "what happens", "before", "now", "test"];
  const cells = [head, ...rows.map(cellsOf)];
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[], filler = " ") =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0, filler)).join(" | ")} |`;
  const [first = [], ...rest] = cells;
  return [
    line(first),
    line(
      head.map(() => ""),
      "-",
    ),
    ...rest.map((row) => line(row)),
  ].join("\n");
}

function cellsOf({ id, happens, before, now, test: [file, title] }: FieldCase): string[] {
  return [id, happens, before, now, `[${title}](../${file})`].map((text) => text.replaceAll("|", "\\|"));
}
