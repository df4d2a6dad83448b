import { join } from "node:path";
import { say } from "../../test/toolchain/progress.ts";
import { medianCounts } from "../measure.ts";
import type { Counts } from "../results.ts";
import { openRivals } from "../rivals/index.ts";
import { inRounds } from "../rounds.ts";
import { type Part, type Session, stageOf } from "../session.ts";
import {
  checked,
  counted,
  overDistances,
  prepareEngines,
  ROUND_TRIP_MS,
  ran,
  required,
  sizesOf,
  TAILNETS,
} from "./comparison.ts";

/** Of one tool, so that the slowest does not take the time of all. */
const BUDGET_SECONDS = 120;
/** Slower ones would take too long at greater distances. */
const QUICK_SECONDS = 5;

/** Rows 1 to 3. Ours refreshes; the others apply again what is there already, which is their way of looking. */
export const refresh: Part<"refresh"> = {
  about:
    "nothing has changed, and the tool finds that out: every tool with 8 tailnets, ours with 1 and 32 too",
  estimateSeconds: (runs) => 380 + 120 * runs,
  async measure(session) {
    const all = await compare(stageOf(session, `${TAILNETS} tailnets`, 0, 0.8));
    const sizes = await sizesOf(countsOfSize, stageOf(session, "sizes", 0.8, 1), all.ours.counts);
    return { ...all, sizes };
  },
};

async function countsOfSize(session: Session, tailnets: number): Promise<Counts> {
  const fleet = await session.fleet(1);
  session.tell("up", 0);
  const { ours } = await prepareEngines(session, fleet, tailnets);
  await fleet.delay(ROUND_TRIP_MS);
  const entrant = counted(fleet, ours.name, () => ours.refresh());
  const plan = { runs: session.runs, budgetSeconds: BUDGET_SECONDS };
  const tell = (what: string, done: number) => session.tell(what, 0.5 + done / 2);
  const [series] = await inRounds([entrant], { ...plan, tell });
  if (series?.failed !== undefined) throw new Error(series.failed);
  return medianCounts((series?.samples ?? []).map(({ counts }) => counts));
}

async function compare(session: Session) {
  const fleet = await session.fleet(1);
  session.tell("up", 0);
  const engines = await prepareEngines(session, fleet, TAILNETS);
  const { ours, nothing, objects } = engines;
  const { tools, leftOut } = await openRivals();
  for (const sentence of leftOut) say(sentence);
  for (const tool of tools) {
    await tool.prepare(fleet, objects, join(session.folder, "rivals"));
    if (tool.remembers) await tool.run(fleet.hosts);
  }
  await fleet.delay(ROUND_TRIP_MS);
  const entrants = [
    counted(fleet, ours.name, () => ours.refresh()),
    counted(fleet, nothing.name, () => nothing.refresh()),
    ...tools.map((tool) =>
      checked(
        fleet,
        engines,
        counted(fleet, tool.name, () => tool.run(fleet.hosts)),
      ),
    ),
  ];
  const rounds = stageOf(session, `${ROUND_TRIP_MS} ms`, 0.1, 0.8);
  const series = await inRounds(entrants, {
    runs: session.runs,
    budgetSeconds: BUDGET_SECONDS,
    tell: rounds.tell,
  });
  const [own, engine, ...others] = series;
  if (own === undefined || engine === undefined) throw new Error("nothing was measured");
  const isQuick = (name: string) =>
    series.some(
      (one) => one.name === name && one.samples.some(({ wallSeconds }) => wallSeconds < QUICK_SECONDS),
    );
  const quick = entrants.filter(({ name }) => isQuick(name));
  return {
    tailnets: TAILNETS,
    files: Object.keys(objects.files).length,
    units: objects.units.length,
    roundTripMs: ROUND_TRIP_MS,
    ours: required(own),
    engine: required(engine),
    rivals: ran(others),
    latency: await overDistances(stageOf(session, "other distances", 0.8, 1), fleet, quick, series),
  };
}
