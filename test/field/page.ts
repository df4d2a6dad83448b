import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { FieldCase, OpenCase } from "./case.ts";

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

interface Cases {
  readonly cases?: readonly FieldCase[];
  readonly open?: readonly OpenCase[];
}

/** The cases of all files in `cases/`, by identifier: what was mended, and what stays. */
export function fieldCases(): Required<Cases> {
  const folder = join(__dirname, "cases");
  const lists = readdirSync(folder).map((name) => require(join(folder, name)) as Cases);
  return {
    cases: inOrder(lists.flatMap(({ cases = [] }) => cases)),
    open: inOrder(lists.flatMap(({ open = [] }) => open)),
  };
}

function inOrder<Case extends { readonly id: string }>(cases: readonly Case[]): readonly Case[] {
  return cases.toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

/** docs/field.md */
export function fieldPage({ cases, open }: Required<Cases>): string {
  const sections = SECTIONS.flatMap(([letter, heading]) => {
    const rows = cases.filter(({ id }) => id.startsWith(letter));
    return rows.length === 0 ? [] : [`## ${heading}`, table(MENDED, rows.map(cellsOf))];
  });
  const rest = ["## What stays", ABOUT_OPEN, table(OPEN, open.map(cellsOfOpen))];
  return `${[TITLE, ABOUT, ...sections, ...rest].join("\n\n")}\n`;
}

const TITLE = "# What the world does to a gateway";

const ABOUT =
  "Each row was seen on a host, with a real daemon, or read in its source: what happens, what a user saw before 0.2.0, what a user sees now, and the test that shows it. Generated from `test/field/cases` by `UPDATE_GOLDEN=1 npm test -- field`.";

const ABOUT_OPEN = "What is as it was, and why; the last column leads to where the documents say so.";

const MENDED = ["", "what happens", "before", "now", "test"];

const OPEN = ["", "what happens", "why it stays", "said in"];

/** Rows of cells as a table, its columns in line. */
export function table(head: readonly string[], rows: readonly string[][]): string {
  const cells = [head, ...rows];
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
  return [id, happens, before, now, `[${title}](../${file})`].map(inCell);
}

function cellsOfOpen({ id, happens, because, said: [file] }: OpenCase): string[] {
  return [id, happens, because, `[${file}](../${file})`].map(inCell);
}

export function inCell(text: string): string {
  return text.replaceAll("|", "\\|");
}
