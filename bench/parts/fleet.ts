import { join } from "node:path";
import { stateBytes } from "../engine/state.ts";
import { EngineTool } from "../engine/tool.ts";
import type { OpenFleet } from "../fleet/index.ts";
import { measure, type Sample, toolRunsOf } from "../measure.ts";
import { objectsFor } from "../objects.ts";
import { spreadOf } from "../report/statistics.ts";
import type { AgainstEngine } from "../results.ts";
import { inRounds, type Series } from "../rounds.ts";
import { type Part, type Session, stageOf } from "../session.ts";
import { checkpointCosts } from "./checkpoints.ts";
import { counted, ROUND_TRIP_MS, required, TAILNETS } from "./comparison.ts";
import { hostFloor } from "./host-floor.ts";
import { AT_ONCE, leaveStanding } from "./standing.ts";

/** Row 6. The engine's checkpoints are left out of both sides, and measured apart. */
export const fleet: Part<"fleet"> = {
  about: `fifty hosts of ${TAILNETS} tailnets: refresh and up against the engine alone, and what checkpoints cost`,
  estimateSeconds: (runs) => 600 + 30 * runs,
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

/** Leaves all hosts up. Each once: bringing up fifty hosts takes the processors minutes. */
async function ups(
  session: Session,
  hosts: OpenFleet,
  ours: EngineTool,
): Promise<{ up: AgainstEngine; nothing: EngineTool }> {
  session.tell("what the hosts need", 0);
  const floorSeconds = spreadOf([await hostFloor(session, hosts, objectsFor(TAILNETS))]);
  await hosts.reset();
  await hosts.delay(ROUND_TRIP_MS);
  session.tell(ours.name, 0.2);
  const own = await measure(hosts, hosts.hosts, () => ours.run(hosts.hosts, AT_ONCE));
  const nothing = await EngineTool.nothing(ours);
  await nothing.prepare(hosts, objectsFor(TAILNETS), join(session.folder, "nothing"));
  session.tell(nothing.name, 0.8);
  const engine = await measure(hosts, hosts.hosts, () => nothing.run(hosts.hosts, AT_ONCE));
  const up = { ours: toolRunsOf(ours.name, [own]), engine: toolRunsOf(nothing.name, [engine]), floorSeconds };
  return { nothing, up };
}

async function refreshes(
  session: Session,
  hosts: OpenFleet,
  ours: EngineTool,
  nothing: EngineTool,
): Promise<AgainstEngine> {
  const [own, engine] = await inRounds(
    [
      counted(hosts, ours.name, () => ours.refresh(AT_ONCE)),
      counted(hosts, nothing.name, () => nothing.refresh(AT_ONCE)),
    ],
    { runs: session.runs, budgetSeconds: 200, tell: session.tell },
  );
  return { ours: requiredOf(own), engine: requiredOf(engine) };
}

function requiredOf(series: Series<Sample> | undefined) {
  if (series === undefined) throw new Error("nothing was measured");
  return required(series);
}
