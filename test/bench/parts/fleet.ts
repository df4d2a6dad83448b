import { join } from "node:path";
import { SKIP_CHECKPOINTS } from "../engine/project.ts";
import { stateBytes } from "../engine/state.ts";
import { EngineTool } from "../engine/tool.ts";
import type { OpenFleet } from "../fleet/index.ts";
import type { Sample } from "../measure.ts";
import { objectsFor } from "../objects.ts";
import { spreadOf } from "../report/statistics.ts";
import type { AgainstEngine } from "../results.ts";
import { inRounds, type Series } from "../rounds.ts";
import { type Part, type Session, stageOf } from "../session.ts";
import { checkpointCosts } from "./checkpoints.ts";
import { counted, ROUND_TRIP_MS, required, TAILNETS } from "./comparison.ts";
import { hostFloor } from "./host-floor.ts";
import { leaveStanding } from "./standing.ts";

/** Fifty new hosts for each: two show whether they agree. */
const UPS_MAX = 2;

/** Row 6. The engine's checkpoints are left out of both sides, and measured apart. */
export const fleet: Part<"fleet"> = {
  about: `fifty hosts of ${TAILNETS} tailnets: refresh and up against the engine alone, and what checkpoints cost`,
  estimateSeconds: (runs) => 180 + 30 * runs + 200 * Math.min(UPS_MAX, runs),
  async measure(session) {
    const hosts = await session.fleet(session.hosts);
    const ours = EngineTool.ours(TAILNETS);
    await ours.prepare(hosts, objectsFor(TAILNETS), join(session.folder, "ours"));
    const { up, nothing } = await ups(stageOf(session, "up", 0.1, 0.6), hosts, ours);
    const refresh = await refreshes(stageOf(session, "refresh", 0.6, 0.75), hosts, ours, nothing);
    leaveStanding({ fleet: hosts, ours });
    const stateBytesPerTailnet = stateBytes(await ours.project.export()) / (session.hosts * TAILNETS);
    return {
      hosts: session.hosts,
      tailnets: TAILNETS,
      roundTripMs: ROUND_TRIP_MS,
      refresh,
      up,
      stateBytesPerTailnet,
      checkpoints: await checkpointCosts(stageOf(session, "checkpoints", 0.75, 1), hosts, ours),
      rivals: [],
    };
  },
};

/** Leaves all hosts up, by the last run of ours. */
async function ups(
  session: Session,
  hosts: OpenFleet,
  ours: EngineTool,
): Promise<{ up: AgainstEngine; nothing: EngineTool }> {
  const runs = Math.min(UPS_MAX, session.runs);
  const how = { env: SKIP_CHECKPOINTS };
  const floors: number[] = [];
  for (let run = 1; run <= runs; run++) {
    session.tell(`what the hosts need, run ${run} of ${runs}`, (0.4 * (run - 1)) / runs);
    floors.push(await hostFloor(session, hosts, objectsFor(TAILNETS)));
    await hosts.reset();
  }
  await hosts.delay(ROUND_TRIP_MS);
  let isNew = true;
  const own = counted(hosts, ours.name, () => ours.run(hosts.hosts, how));
  const onNewHosts = {
    name: own.name,
    async run(): Promise<Sample> {
      if (!isNew) await hosts.reset();
      isNew = false;
      ours.forget();
      return own.run();
    },
  };
  const plan = { runs, budgetSeconds: Number.POSITIVE_INFINITY };
  const [ownRuns] = await inRounds([onNewHosts], {
    ...plan,
    tell: (what, done) => session.tell(what, 0.4 + 0.4 * done),
  });
  const ourRuns = requiredOf(ownRuns);
  const nothing = await EngineTool.nothing(ours);
  await nothing.prepare(hosts, objectsFor(TAILNETS), join(session.folder, "nothing"));
  const [engineRuns] = await inRounds([forgetful(hosts, nothing, how)], {
    ...plan,
    tell: (what, done) => session.tell(what, 0.8 + 0.2 * done),
  });
  return {
    nothing,
    up: { ours: ourRuns, engine: requiredOf(engineRuns), floorSeconds: spreadOf(floors) },
  };
}

function forgetful(hosts: OpenFleet, tool: EngineTool, how: Parameters<EngineTool["run"]>[1]) {
  return counted(hosts, tool.name, () => {
    tool.forget();
    return tool.run(hosts.hosts, how);
  });
}

async function refreshes(
  session: Session,
  hosts: OpenFleet,
  ours: EngineTool,
  nothing: EngineTool,
): Promise<AgainstEngine> {
  const how = { env: SKIP_CHECKPOINTS };
  const [own, engine] = await inRounds(
    [
      counted(hosts, ours.name, () => ours.refresh(how)),
      counted(hosts, nothing.name, () => nothing.refresh(how)),
    ],
    { runs: session.runs, budgetSeconds: 200, tell: session.tell },
  );
  return { ours: requiredOf(own), engine: requiredOf(engine) };
}

function requiredOf(series: Series<Sample> | undefined) {
  if (series === undefined) throw new Error("nothing was measured");
  return required(series);
}
