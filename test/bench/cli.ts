import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { inCache } from "../toolchain/cache.ts";
import { withLock } from "../toolchain/lock.ts";
import { say } from "../toolchain/progress.ts";
import { type PartName, partNames, parts } from "./parts/index.ts";
import { Progress } from "./progress.ts";
import { publish } from "./report/files.ts";
import { thisMachine } from "./report/this-machine.ts";
import type { Measured, Results } from "./results.ts";
import { closeAbandoned } from "./rivals/accounting.ts";
import { Fleets, type Session } from "./session.ts";
import { commonVersions } from "./versions.ts";

const usage = `npm run bench                     measure everything and write docs/speed.md anew

  --only PART[,PART…]   only these parts; the others keep what was measured last
  --runs N              runs of each tool, 1 to 20 (default: 5); the slowest make do with fewer
  --name NAME           of the fleet of hosts, 1 to 8 characters (default: bench)
  --docs FOLDER         where speed.md and its plots are written (default: docs)
  --help                this text

Parts:
${partNames.map((name) => `  ${dashed(name).padEnd(14)} ${parts[name].about}`).join("\n")}`;

function parse(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string" },
      runs: { type: "string", default: "5" },
      name: { type: "string", default: "bench" },
      docs: { type: "string", default: join(import.meta.dirname, "../../docs") },
      help: { type: "boolean", default: false },
    },
  });
  const runs = Number(values.runs);
  if (!(Number.isInteger(runs) && runs >= 1 && runs <= 20))
    throw new Error(`--runs ${values.runs}: give a whole number from 1 to 20`);
  return { ...values, wanted: wantedParts(values.only), runs, docs: resolve(values.docs) };
}

function wantedParts(only: string | undefined): readonly PartName[] {
  if (only === undefined) return partNames;
  const words = only.split(",");
  const unknown = words.filter((word) => !partNames.some((name) => dashed(name) === word));
  if (unknown.length > 0)
    throw new Error(`--only ${unknown.join(",")}: no such part; use ${partNames.map(dashed).join(", ")}`);
  return partNames.filter((name) => words.includes(dashed(name)));
}

/** `oneOfFifty` is typed as `one-of-fifty`. */
function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function main(args: readonly string[]): Promise<void> {
  const { wanted, runs, name, docs, help } = parse(args);
  if (help) return console.log(usage);
  await withLock(inCache("bench.lock"), "another benchmark", async () => {
    const fleets = new Fleets(name);
    const stop = () => void fleets.close().finally(() => process.exit(130));
    process.once("SIGINT", stop).once("SIGTERM", stop);
    try {
      await closeAbandoned();
      rmSync(workFolder, { recursive: true, force: true });
      await measureAll(wanted, { runs, fleets, docs });
    } finally {
      await fleets.close();
      rmSync(workFolder, { recursive: true, force: true });
    }
  });
}

const workFolder = inCache("bench", "work");

interface Plan {
  readonly runs: number;
  readonly fleets: Fleets;
  /** Folder of the report, which is written anew after each part. */
  readonly docs: string;
}

async function measureAll(wanted: readonly PartName[], { runs, fleets, docs }: Plan): Promise<void> {
  const progress = new Progress(
    wanted.map((part) => ({ name: dashed(part), estimateSeconds: parts[part].estimateSeconds(runs) })),
  );
  for (const part of wanted) {
    progress.begin();
    const folder = join(workFolder, dashed(part));
    mkdirSync(folder, { recursive: true });
    const session: Session = {
      runs,
      folder,
      fleet: (size) => fleets.get(size),
      left: () => fleets.left,
      clear: () => fleets.close(),
      tell: (what, done) => progress.tell(what, done),
    };
    const results = await measureOne(part, session);
    writeFileSync(inCache("bench", `${dashed(part)}.json`), `${JSON.stringify(results, null, 2)}\n`);
    publish(docs, results);
  }
}

async function measureOne(part: PartName, session: Session): Promise<Results> {
  const start = performance.now();
  const { versions = {}, ...found } = await parts[part].measure(session);
  const measured: Measured = {
    at: new Date().toISOString(),
    seconds: (performance.now() - start) / 1000,
    machine: thisMachine(),
    versions: { ...(await commonVersions()), ...versions },
  };
  return { [part]: { ...measured, ...found } };
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
