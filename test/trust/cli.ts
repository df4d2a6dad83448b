import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inCache } from "../toolchain/cache.ts";
import { withLock } from "../toolchain/lock.ts";
import { say } from "../toolchain/progress.ts";
import type { Row } from "./contract.ts";
import { publish } from "./report/files.ts";
import type { RowResult } from "./results.ts";
import { rows } from "./rows/index.ts";
import { type Plan, tryRow } from "./try.ts";

const names = rows.map(({ name }) => name);

const usage = `npm run trust                     try everything and write docs/trust.md anew

  --only ROW[,ROW…]     only these rows; the others keep what was found last
  --seed N              where chance begins, 0 to 4294967295 (default: 1)
  --cases N             of each trial, 1 or more (default: as many as docs/trust.md shows)
  --docs FOLDER         where trust.md is written (default: docs)
  --help                this text

The exit status is 1 when anything failed, or a planted fault went unnoticed.

Rows:
${rows.map(({ name, title }) => `  ${name.padEnd(14)} ${title}`).join("\n")}`;

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      seed: { type: "string", default: "1" },
      cases: { type: "string" },
      docs: { type: "string", default: join(import.meta.dirname, "../../docs") },
      help: { type: "boolean", default: false },
    },
  });
  return {
    help: values.help,
    wanted: wantedRows(values.only),
    seed: whole("--seed", values.seed, 0, 2 ** 32 - 1),
    cases: values.cases === undefined ? undefined : whole("--cases", values.cases, 1, 1_000_000),
    docs: resolve(values.docs),
  };
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${option} ${text}: give a whole number from ${least} to ${most}`);
}

function wantedRows(only: string | undefined): readonly Row[] {
  if (only === undefined) return rows;
  const words = only.split(",");
  const unknown = words.filter((word) => !names.includes(word));
  if (unknown.length > 0)
    throw new Error(`--only ${unknown.join(",")}: no such row; use ${names.join(", ")}`);
  return rows.filter(({ name }) => words.includes(name));
}

interface Wanted {
  readonly seed: number;
  readonly cases: number | undefined;
}

/** @returns true when everything held */
async function main(args: readonly string[]): Promise<boolean> {
  const { help, wanted, docs, ...how } = parse(args);
  if (help) {
    console.log(usage);
    return true;
  }
  return withLock(inCache("trust.lock"), "another trial", async () => {
    let failed = 0;
    for (const row of wanted) {
      const result = await resultOf(row, how);
      failed += result.failures.length;
      publish(docs, { [row.name]: result }, names);
      for (const { trial, number, message } of result.failures)
        say(`FAILED: ${trial}${number === undefined ? "" : `, case ${number}`}\n  ${message}`);
      say(
        `${row.name}: ${result.cases} cases, ${result.failures.length} failed, ${Math.round(result.seconds)} s`,
      );
    }
    return failed === 0;
  });
}

async function resultOf(row: Row, { seed, cases }: Wanted): Promise<RowResult> {
  const start = performance.now();
  const plan: Plan = {
    seed,
    cases: (trial) => cases ?? trial.cases.whole,
    tell: teller(row.name),
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

try {
  if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
