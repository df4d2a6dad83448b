import { join } from "node:path";
import { type HowToRun, SKIP_CHECKPOINTS } from "../engine/project.ts";
import { EngineTool } from "../engine/tool.ts";
import type { OpenFleet } from "../fleet/index.ts";
import { objectsFor } from "../objects.ts";
import type { Session } from "../session.ts";
import { TAILNETS } from "./comparison.ts";

/** As docs/operations.md advises for many gateways: eight of them at a time, and no checkpoints. */
export const AT_ONCE: HowToRun = { env: SKIP_CHECKPOINTS, parallel: 200 };

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
  const fleet = await session.fleet(session.hosts);
  const ours = EngineTool.ours(TAILNETS);
  await ours.prepare(fleet, objectsFor(TAILNETS), join(session.folder, "ours"));
  session.tell(`up of ${session.hosts} hosts`, 0.3);
  await ours.run(fleet.hosts, AT_ONCE);
  return { fleet, ours };
}
