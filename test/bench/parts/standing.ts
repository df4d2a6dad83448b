import { join } from "node:path";
import { SKIP_CHECKPOINTS } from "../engine/project.ts";
import { EngineTool } from "../engine/tool.ts";
import type { OpenFleet } from "../fleet/index.ts";
import { objectsFor } from "../objects.ts";
import type { Session } from "../session.ts";
import { TAILNETS } from "./comparison.ts";

/** Many sites, as somebody who looks after them has. */
export const HOSTS = 50;

/** Hosts on which our resources are up. */
export interface Standing {
  readonly fleet: OpenFleet;
  readonly ours: EngineTool;
}

let left: Standing | undefined;

/** For the next part: to bring so many hosts up takes minutes. */
export function leaveStanding(standing: Standing): void {
  left = standing;
}

/** What the part before has left, or else hosts that are brought up now. */
export async function standingFleet(session: Session): Promise<Standing> {
  if (left !== undefined && left.fleet === session.left()) return left;
  const fleet = await session.fleet(HOSTS);
  const ours = EngineTool.ours(TAILNETS);
  await ours.prepare(fleet, objectsFor(TAILNETS), join(session.folder, "ours"));
  session.tell(`up of ${HOSTS} hosts`, 0.3);
  await ours.run(fleet.hosts, { env: SKIP_CHECKPOINTS });
  return { fleet, ours };
}
