import { join } from "node:path";
import { say } from "../../test/toolchain/progress.ts";
import type { Objects, Timing } from "../contract.ts";
import { EngineTool } from "../engine/tool.ts";
import type { OpenFleet } from "../fleet/index.ts";
import { measure, type Sample, toolRunsOf } from "../measure.ts";
import { objectsFor } from "../objects.ts";
import { spreadOf } from "../report/statistics.ts";
import type { Comparison, Counts, Latency, ToolRuns } from "../results.ts";
import { type Entrant, inRounds, type Series } from "../rounds.ts";
import { type Session, stageOf } from "../session.ts";

/** The distance at which tools are compared: from one end of a country to the other. */
export const ROUND_TRIP_MS = 20;

/** A gateway as it is meant to be used, for comparisons. */
export const TAILNETS = 8;

/** Other distances, for the slope. */
export const OTHER_ROUND_TRIPS_MS = [0, 50, 100];
const OTHER_RUNS_MAX = 3;

/** Our tool and the engine with resources that do nothing, both after a first `up` on a host. */
export interface Engines {
  readonly ours: EngineTool;
  readonly nothing: EngineTool;
  readonly objects: Objects;
  /** What the host then looked like. */
  readonly snapshot: string;
}

export async function prepareEngines(session: Session, fleet: OpenFleet, tailnets: number): Promise<Engines> {
  const objects = objectsFor(tailnets);
  const ours = EngineTool.ours(tailnets);
  await ours.prepare(fleet, objects, join(session.folder, "ours"));
  await ours.run(fleet.hosts);
  const nothing = await EngineTool.nothing(ours);
  await nothing.prepare(fleet, objects, join(session.folder, "nothing"));
  await nothing.run(fleet.hosts);
  const [host] = fleet.hosts;
  if (host === undefined) throw new Error("the fleet has no hosts");
  return { ours, nothing, objects, snapshot: await fleet.snapshot(host, objects) };
}

/** Ours with fewer and with more tailnets. */
const OTHER_SIZES = [1, 32];

/**
 * What one run of ours costs by number of tailnets, for as many as the comparison has too.
 *
 * @param ofSize called with a stage of its own for each size
 * @param compared what the comparison counted
 */
export async function sizesOf(
  ofSize: (stage: Session, tailnets: number) => Promise<Counts>,
  session: Session,
  compared: Counts | undefined,
): Promise<Comparison["sizes"]> {
  const sizes = compared === undefined ? [] : [{ tailnets: TAILNETS, counts: compared }];
  for (const [index, tailnets] of OTHER_SIZES.entries()) {
    const [from, to] = [index / OTHER_SIZES.length, (index + 1) / OTHER_SIZES.length];
    const stage = stageOf(session, `${tailnets} ${tailnets === 1 ? "tailnet" : "tailnets"}`, from, to);
    sizes.push({ tailnets, counts: await ofSize(stage, tailnets) });
  }
  return sizes.toSorted((a, b) => a.tailnets - b.tailnets);
}

/** Something to run on all hosts of a fleet, with everything counted. */
export function counted(fleet: OpenFleet, name: string, run: () => Promise<Timing>): Entrant<Sample> {
  return { name, run: () => measure(fleet, fleet.hosts, run) };
}

/** No tool is quick by leaving something out: what a run leaves on the host is compared with what ours left. */
export function checked(
  fleet: OpenFleet,
  { objects, snapshot }: Engines,
  { name, run }: Entrant<Sample>,
): Entrant<Sample> {
  return {
    name,
    async run() {
      const sample = await run();
      for (const host of fleet.hosts)
        if ((await fleet.snapshot(host, objects)) !== snapshot)
          throw new Error("it left the host otherwise than the first of our runs did");
      return sample;
    },
  };
}

/**
 * Runs each entrant at the other distances too.
 *
 * @param near what was measured at `ROUND_TRIP_MS`
 */
export async function overDistances(
  session: Session,
  fleet: OpenFleet,
  entrants: readonly Entrant<Sample>[],
  near: readonly Series<Sample>[],
): Promise<Latency[]> {
  const wall = (samples: readonly Sample[]) => spreadOf(samples.map(({ wallSeconds }) => wallSeconds));
  const points = new Map(
    near.flatMap(({ name, samples }) =>
      samples.length === 0 ? [] : [[name, [{ roundTripMs: ROUND_TRIP_MS, wallSeconds: wall(samples) }]]],
    ),
  );
  for (const [index, roundTripMs] of OTHER_ROUND_TRIPS_MS.entries()) {
    await fleet.delay(roundTripMs);
    const tell = (what: string, done: number) =>
      session.tell(`${roundTripMs} ms: ${what}`, (index + done) / OTHER_ROUND_TRIPS_MS.length);
    const series = await inRounds(entrants, {
      runs: Math.min(OTHER_RUNS_MAX, session.runs),
      budgetSeconds: 60,
      tell,
    });
    for (const { name, samples } of series)
      if (samples.length > 0) points.get(name)?.push({ roundTripMs, wallSeconds: wall(samples) });
  }
  await fleet.delay(ROUND_TRIP_MS);
  return entrants.map(({ name }) => ({
    tool: name,
    points: (points.get(name) ?? []).toSorted((a, b) => a.roundTripMs - b.roundTripMs),
  }));
}

/** @throws Error when it failed at the first run */
export function required({ name, samples, failed }: Series<Sample>): ToolRuns {
  if (failed !== undefined || samples.length === 0) throw new Error(`${name}: ${failed ?? "did not run"}`);
  return toolRunsOf(name, samples);
}

/** Of those that ran at all; why others did not is said. */
export function ran(series: readonly Series<Sample>[]): ToolRuns[] {
  for (const { name, failed } of series) if (failed !== undefined) say(`${name} is left out: ${failed}`);
  return series.flatMap(({ name, samples, failed }) =>
    samples.length === 0 || failed !== undefined ? [] : [toolRunsOf(name, samples)],
  );
}
