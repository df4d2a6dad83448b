import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { shell } from "../../test/toolchain/command.ts";
import { EngineTool } from "../engine/tool.ts";
import type { OpenFleet } from "../fleet/index.ts";
import { measure, type Sample, toolRunsOf } from "../measure.ts";
import { objectsFor } from "../objects.ts";
import { spreadOf } from "../report/statistics.ts";
import type { ProfiledRuns } from "../results.ts";
import { inRounds, type Series } from "../rounds.ts";
import type { Part } from "../session.ts";
import { ROUND_TRIP_MS, TAILNETS } from "./comparison.ts";

/** The last commit before all resources of a host shared one shell (ADR 8). */
const BEFORE = "57edfc1";

const RUNS_MAX = 3;

const checkout = join(import.meta.dirname, "../..");

/** One version's first `up` of an empty host, and the refresh after it. */
interface Life {
  readonly wallSeconds: number;
  readonly up: Sample;
  readonly refresh: Sample;
}

/** Where the time goes, beside the version that the work on speed began with. */
export const profile: Part<"profile"> = {
  about: "where the time of an up and a refresh goes, beside the version before the work on speed",
  estimateSeconds: (runs) => 10 + 32 * Math.min(RUNS_MAX, runs),
  async measure({ fleet: open, folder, runs, tell }) {
    const dist = await buildOf(BEFORE, join(folder, "checkout"));
    const fleet = await open(1);
    const entrants = [
      { name: BEFORE, tool: EngineTool.ours(TAILNETS, dist) },
      { name: "now", tool: EngineTool.ours(TAILNETS) },
    ];
    for (const { name, tool } of entrants)
      await tool.prepare(fleet, objectsFor(TAILNETS), join(folder, name));
    await fleet.delay(ROUND_TRIP_MS);
    const series = await inRounds(
      entrants.map(({ name, tool }) => ({ name, run: () => lifeOf(fleet, tool) })),
      { runs: Math.min(RUNS_MAX, runs), budgetSeconds: Number.POSITIVE_INFINITY, tell },
    );
    return {
      tailnets: TAILNETS,
      roundTripMs: ROUND_TRIP_MS,
      rows: series.flatMap((one) => [runsOf(one, "up"), runsOf(one, "refresh")]),
    };
  },
};

/** The built package of an earlier commit, with the modules of today. @throws Error in a clone that lacks it */
async function buildOf(commit: string, folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  await shell('git -C "$1" archive "$2" | tar --extract --directory "$3" && cd "$3" && npm run build', [
    checkout,
    commit,
    folder,
  ]);
  return join(folder, "dist");
}

async function lifeOf(fleet: OpenFleet, tool: EngineTool): Promise<Life> {
  await fleet.reset();
  tool.forget();
  const up = await measure(fleet, fleet.hosts, () => tool.run(fleet.hosts));
  const refresh = await measure(fleet, fleet.hosts, () => tool.refresh());
  return { wallSeconds: up.wallSeconds + refresh.wallSeconds, up, refresh };
}

function runsOf({ name, samples, failed }: Series<Life>, verb: "up" | "refresh"): ProfiledRuns {
  if (failed !== undefined) throw new Error(`${name}: ${failed}`);
  const own = samples.map((life) => life[verb]);
  return {
    ...toolRunsOf(`${verb}, ${name}`, own),
    lineSeconds: spreadOf(own.map(({ lineSeconds }) => lineSeconds)),
  };
}
