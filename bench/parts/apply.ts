import { join } from "node:path";
import { say } from "../../test/toolchain/progress.ts";
import type { Timing, Tool } from "../contract.ts";
import { WAVES } from "../engine/program/wanted.ts";
import { EngineTool } from "../engine/tool.ts";
import type { OpenFleet } from "../fleet/index.ts";
import { measure, type Sample } from "../measure.ts";
import { objectsFor } from "../objects.ts";
import type { Counts } from "../results.ts";
import { openRivals } from "../rivals/index.ts";
import { type Entrant, inRounds } from "../rounds.ts";
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

const BUDGET_SECONDS = 120;

/** Row 4. Every run begins on a host that is as new. */
export const apply: Part<"apply"> = {
  about: "everything is put on an empty host: every tool with 8 tailnets, ours with 1 and 32 too",
  estimateSeconds: (runs) => 400 + 150 * runs,
  async measure(session) {
    const all = await compare(stageOf(session, `${TAILNETS} tailnets`, 0, 0.9));
    const sizes = await sizesOf(countsOfSize, stageOf(session, "sizes", 0.9, 1), all.ours.counts);
    return { ...all, waves: WAVES, sizes };
  },
};

/** Once is enough: what is counted is the same every time. */
async function countsOfSize(session: Session, tailnets: number): Promise<Counts> {
  const fleet = await session.fleet(1);
  const ours = EngineTool.ours(tailnets);
  await ours.prepare(fleet, objectsFor(tailnets), join(session.folder, "ours"));
  await fleet.delay(ROUND_TRIP_MS);
  session.tell("up", 0.2);
  return (await measure(fleet, fleet.hosts, () => ours.run(fleet.hosts))).counts;
}

async function compare(session: Session) {
  const fleet = await session.fleet(1);
  const engines = await prepareEngines(session, fleet, TAILNETS);
  const { ours, nothing, objects } = engines;
  await fleet.delay(ROUND_TRIP_MS);
  const { tools, leftOut } = await openRivals();
  for (const sentence of leftOut) say(sentence);
  const own = checked(
    fleet,
    engines,
    onNewHost(fleet, ours, () => ours.forget()),
  );
  const engine = counted(fleet, nothing.name, () => {
    nothing.forget();
    return nothing.run(fleet.hosts);
  });
  const prepare = (tool: Tool) => () => tool.prepare(fleet, objects, join(session.folder, "rivals"));
  const rivals = tools.map((tool) => checked(fleet, engines, onNewHost(fleet, tool, prepare(tool))));
  const near = await inRounds([own, engine, ...rivals], {
    runs: session.runs,
    budgetSeconds: BUDGET_SECONDS,
    tell: stageOf(session, `${ROUND_TRIP_MS} ms`, 0, 0.8).tell,
  });
  const [ownRuns, engineRuns, ...others] = near;
  if (ownRuns === undefined || engineRuns === undefined) throw new Error("nothing was measured");
  const far = stageOf(session, "other distances", 0.8, 1);
  return {
    tailnets: TAILNETS,
    files: Object.keys(objects.files).length,
    units: objects.units.length,
    roundTripMs: ROUND_TRIP_MS,
    ours: required(ownRuns),
    engine: required(engineRuns),
    rivals: ran(others),
    latency: await overDistances({ ...far, runs: Math.min(2, session.runs) }, fleet, [own, engine], near),
  };
}

/** @param begin what makes the tool know nothing of the host, either; not timed */
function onNewHost(fleet: OpenFleet, tool: Tool, begin: () => Promise<void> | void): Entrant<Sample> {
  return {
    name: tool.name,
    async run() {
      await fleet.reset();
      await begin();
      return measure(fleet, fleet.hosts, (): Promise<Timing> => tool.run(fleet.hosts));
    },
  };
}
