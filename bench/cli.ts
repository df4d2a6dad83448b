import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { down } from "../test/lab/lifecycle.ts";
import { inCache } from "../test/toolchain/cache.ts";
import { type Closing, runCommand } from "../test/workbench/command.ts";
import { chosen, commonOptions, whole } from "../test/workbench/options.ts";
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
      ...commonOptions,
      runs: { type: "string", default: "5" },
      hosts: { type: "string", default: "50" },
      name: { type: "string", default: "bench" },
    },
  });
  const wanted = chosen(values.only, partNames.map(dashed), "part");
  return {
    ...values,
    wanted: partNames.filter((name) => wanted.includes(dashed(name))),
    runs: whole("--runs", values.runs, 1, 20),
    hosts: whole("--hosts", values.hosts, 2, 100),
    docs: resolve(values.docs),
  };
}

/** `oneOfFifty` is typed as `one-of-fifty`. */
function dashed(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

async function work({ wanted, name, ...plan }: ReturnType<typeof parse>, closing: Closing): Promise<boolean> {
  const fleets = new Fleets(name);
  for (const close of [() => fleets.close(), ...laboratories.map((lab) => () => down(lab))])
    closing.add(close);
  try {
    await closeAbandoned();
    rmSync(workFolder, { recursive: true, force: true });
    await measureAll(wanted, fleets, plan);
  } finally {
    await fleets.close();
    rmSync(workFolder, { recursive: true, force: true });
  }
  return true;
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

await runCommand({ name: "bench", other: "another benchmark", usage, parse, work });
