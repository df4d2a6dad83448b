import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { down } from "../lab/lifecycle.ts";
import { inCache } from "../toolchain/cache.ts";
import { withLock } from "../toolchain/lock.ts";
import { say } from "../toolchain/progress.ts";
import { LAB_NAME as dataPlaneLab } from "./data-plane/index.ts";
import { LAB_NAME as firstUpLab } from "./parts/first-up.ts";
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
  --hosts N             size of the large fleet, 2 to 100 (default: 50, which is what is published)
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
      hosts: { type: "string", default: "50" },
      name: { type: "string", default: "bench" },
      docs: { type: "string", default: join(import.meta.dirname, "../../docs") },
      help: { type: "boolean", default: false },
    },
  });
  return {
    ...values,
    wanted: wantedParts(values.only),
    runs: whole("--runs", values.runs, 1, 20),
    hosts: whole("--hosts", values.hosts, 2, 100),
    docs: resolve(values.docs),
  };
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${option} ${text}: give a whole number from ${least} to ${most}`);
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
  const { wanted, name, help, ...plan } = parse(args);
  if (help) return console.log(usage);
  await withLock(inCache("bench.lock"), "another benchmark", async () => {
    const fleets = new Fleets(name);
    const stop = () =>
      void Promise.allSettled([fleets.close(), ...laboratories.map(down)]).then(() => process.exit(130));
    process.once("SIGINT", stop).once("SIGTERM", stop);
    try {
      await closeAbandoned();
      rmSync(workFolder, { recursive: true, force: true });
      await measureAll(wanted, fleets, plan);
    } finally {
      await fleets.close();
      rmSync(workFolder, { recursive: true, force: true });
    }
  });
}

/** That parts open for themselves, and close unless they are interrupted. */
const laboratories = [dataPlaneLab, firstUpLab];

const workFolder = inCache("bench", "work");

interface Plan {
  readonly runs: number;
  readonly hosts: number;
  /** Folder of the report, which is written anew after each part. */
  readonly docs: string;
}

async function measureAll(
  wanted: readonly PartName[],
  fleets: Fleets,
  { runs, hosts, docs }: Plan,
): Promise<void> {
  const progress = new Progress(
    wanted.map((part) => ({ name: dashed(part), estimateSeconds: parts[part].estimateSeconds(runs) })),
  );
  for (const part of wanted) {
    progress.begin();
    const folder = join(workFolder, dashed(part));
    mkdirSync(folder, { recursive: true });
    const session: Session = {
      runs,
      hosts,
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
