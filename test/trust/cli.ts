import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../toolchain/progress.ts";
import { type Closing, runCommand } from "../workbench/command.ts";
import { chosen, commonOptions, whole } from "../workbench/options.ts";
import type { Row } from "./contract.ts";
import { holds, longNames } from "./long.ts";
import { publish } from "./report/files.ts";
import type { RowResult } from "./results.ts";
import { rows } from "./rows/index.ts";
import { type Plan, tryRow } from "./try.ts";

const rowNames = rows.map(({ name }) => name);
const names = [...rowNames, ...longNames];

const usage = `npm run trust                     try everything and write docs/trust.md anew

  --only NAME[,NAME…]   only these rows and files; the other rows keep what was found last
  --seed N              where chance begins, 0 to 4294967295 (default: 1)
  --cases N             of each trial, 1 or more (default: as many as docs/trust.md shows)
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
    },
  });
  const wanted = chosen(values.only, names, "row or file");
  return {
    help: values.help,
    wanted: rows.filter(({ name }) => wanted.includes(name)),
    files: longNames.filter((name) => wanted.includes(name)),
    seed: whole("--seed", values.seed, 0, 2 ** 32 - 1),
    cases: values.cases === undefined ? undefined : whole("--cases", values.cases, 1, 1_000_000),
    docs: resolve(values.docs),
  };
}

type Wanted = ReturnType<typeof parse>;

async function work({ wanted, files, docs, ...how }: Wanted, closing: Closing): Promise<boolean> {
  let failed = 0;
  for (const row of wanted) {
    const result = await resultOf(row, how, closing);
    failed += result.failures.length;
    publish(docs, { [row.name]: result }, rowNames);
    for (const { trial, number, message } of result.failures)
      say(`FAILED: ${trial}${number === undefined ? "" : `, case ${number}`}\n  ${message}`);
    say(
      `${row.name}: ${result.cases} cases, ${result.failures.length} failed, ${Math.round(result.seconds)} s`,
    );
  }
  for (const file of files) failed += Number(!holds(file));
  return failed === 0;
}

async function resultOf(
  row: Row,
  { seed, cases }: Pick<Wanted, "seed" | "cases">,
  closing: Closing,
): Promise<RowResult> {
  const start = performance.now();
  const plan: Plan = {
    seed,
    cases: (trial) => cases ?? trial.cases.whole,
    tell: teller(row.name),
    closing,
  };
  const tried = await tryRow(row, plan);
  return {
    title: row.title,
    unproved: row.unproved,
    at: new Date().toISOString(),
    seconds: (performance.now() - start) / 1000,
    seed,
    ...tried,
    faults: row.faults.map(({ name }) => name),
    command: [
      `npm run trust -- --only ${row.name}`,
      ...(seed === 1 ? [] : [`--seed ${seed}`]),
      ...(cases === undefined ? [] : [`--cases ${cases}`]),
    ].join(" "),
  };
}

/** Says at once what begins, and then at most every five seconds how far it is. */
function teller(row: string): Plan["tell"] {
  let told = { what: "", at: 0 };
  return (what, done) => {
    const now = performance.now();
    if (what === told.what && now - told.at < 5000) return;
    told = { what, at: now };
    say(`${row}: ${what} (${Math.floor(done * 100)} %)`);
  };
}

await runCommand({ name: "trust", other: "another trial", usage, parse, work });
