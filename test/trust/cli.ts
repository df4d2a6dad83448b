import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../toolchain/progress.ts";
import { type Closing, runCommand } from "../workbench/command.ts";
import { chosen, commonOptions, whole } from "../workbench/options.ts";
import { inLanes, inProcess } from "../workbench/processes.ts";
import { holds, longNames } from "./long.ts";
import { publish } from "./report/files.ts";
import type { RowResult } from "./results.ts";
import { rows } from "./rows/index.ts";

const rowNames = rows.map(({ name }) => name);
const names = [...rowNames, ...longNames];

/** The program that tries one row. */
const ROW = join(import.meta.dirname, "row.ts");

const usage = `npm run trust                     try everything and write docs/trust.md anew

  --only NAME[,NAME…]   only these rows and files; the other rows keep what was found last
  --seed N              where chance begins, 0 to 4294967295 (default: 1)
  --cases N             of each trial, 1 or more (default: as many as docs/trust.md shows)
  --at-once N           rows and files that are tried at the same time, 1 to 8 (default: 2)
  --docs FOLDER         where trust.md is written (default: docs)
  --help                this text

The exit status is 1 when anything failed, or a planted fault went unnoticed.

Rows:
${rows.map(({ name, title }) => `  ${name.padEnd(14)} ${title}`).join("\n")}

Test files of test/long, which seed and cases do not touch: ${longNames.join(", ")}.`;

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ...commonOptions,
      seed: { type: "string", default: "1" },
      cases: { type: "string" },
      "at-once": { type: "string", default: "2" },
    },
  });
  const wanted = chosen(values.only, names, "row or file");
  return {
    help: values.help,
    wanted: rows.filter(({ name }) => wanted.includes(name)),
    files: longNames.filter((name) => wanted.includes(name)),
    seed: whole("--seed", values.seed, 0, 2 ** 32 - 1),
    cases: values.cases === undefined ? undefined : whole("--cases", values.cases, 1, 1_000_000),
    atOnce: whole("--at-once", values["at-once"], 1, 8),
    docs: resolve(values.docs),
  };
}

type Wanted = ReturnType<typeof parse>;

/** Rows and files, each in a process of its own: one alone leaves half of two processors idle. */
async function work({ wanted, files, atOnce, docs, ...how }: Wanted, closing: Closing): Promise<boolean> {
  let isInterrupted = false;
  closing.add(async () => {
    isInterrupted = true;
  });
  const all = [
    ...wanted.map((row) => async () => {
      const result = await inProcess<RowResult>(ROW, { row: row.name, ...how }, closing);
      if (result === undefined) return false;
      publish(docs, { [row.name]: result }, rowNames);
      report(row.name, result);
      return result.failures.length === 0;
    }),
    ...files.map((file) => () => holds(file, closing)),
  ];
  const held = await inLanes(atOnce, all, () => !isInterrupted);
  return held.every(Boolean);
}

function report(row: string, { cases, failures, seconds }: RowResult): void {
  for (const { trial, number, message } of failures)
    say(`FAILED: ${trial}${number === undefined ? "" : `, case ${number}`}\n  ${message}`);
  say(`${row}: ${cases} cases, ${failures.length} failed, ${Math.round(seconds)} s`);
}

await runCommand({ name: "trust", other: "another trial", usage, parse, work });
