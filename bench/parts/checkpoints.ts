import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import type { BenchHost, Timing } from "../contract.ts";
import { SKIP_CHECKPOINTS } from "../engine/project.ts";
import { EngineTool } from "../engine/tool.ts";
import type { OpenFleet } from "../fleet/index.ts";
import { objectsFor } from "../objects.ts";
import { spreadOf } from "../report/statistics.ts";
import type { Checkpoints } from "../results.ts";
import { type Session, stageOf } from "../session.ts";
import { TAILNETS } from "./comparison.ts";

/** The cost grows with the square of it: fifty would take a quarter of an hour. */
const HOSTS = 10;

/**
 * What the engine's own checkpoints cost in an `up` of resources that do nothing: the whole state is written after each
 * step. With that, without, and with a stack for each host.
 */
export async function checkpointCosts(
  session: Session,
  fleet: OpenFleet,
  ours: EngineTool,
): Promise<Checkpoints[]> {
  const hosts = fleet.hosts.slice(0, HOSTS);
  const each = hosts.map((host) => [host]);
  const label = `${hosts.length} hosts`;
  const rows: { setting: string; stacks: BenchHost[][]; env: Record<string, string> }[] = [
    { setting: `files, one stack of ${label}, as installed`, stacks: [hosts], env: {} },
    {
      setting: `files, one stack of ${label}, PULUMI_SKIP_CHECKPOINTS=true`,
      stacks: [hosts],
      env: SKIP_CHECKPOINTS,
    },
    {
      setting: `files, a stack for each of ${label}, one after the other, as installed`,
      stacks: each,
      env: {},
    },
  ];
  const costs: Checkpoints[] = [];
  for (const [index, { setting, stacks, env }] of rows.entries()) {
    session.tell(setting, index / rows.length);
    const stage = stageOf(session, `row ${index + 1}`, index / rows.length, (index + 1) / rows.length);
    const seconds: number[] = [];
    const written = { count: 0, bytes: 0 };
    for (const [number, some] of stacks.entries()) {
      const nothing = await EngineTool.nothing(ours);
      await nothing.prepare(fleet, objectsFor(TAILNETS), join(stage.folder, String(number)));
      const { wallSeconds } = await counting(nothing, written, () => nothing.run(some, { env }));
      seconds.push(wallSeconds);
    }
    const whole = seconds.reduce((sum, one) => sum + one, 0);
    costs.push({ setting, wallSeconds: spreadOf([whole]), ...written });
  }
  return costs;
}

/** Adds up the checkpoints that are written meanwhile. */
async function counting(
  { project }: EngineTool,
  written: { count: number; bytes: number },
  work: () => Promise<Timing>,
): Promise<Timing> {
  const watchers: FSWatcher[] = [];
  for (const folder of stackFolders(join(project.folder, "state")))
    watchers.push(
      watch(folder, (event, name) => {
        if (event !== "rename" || name === null || !/\.json(?:\.gz)?$/.test(name)) return;
        const file = statSync(join(folder, name), { throwIfNoEntry: false });
        if (file === undefined) return;
        written.count++;
        written.bytes += file.size;
      }),
    );
  try {
    return await work();
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

function stackFolders(state: string): string[] {
  return readdirSync(join(state, ".pulumi"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.parentPath.endsWith("/stacks"))
    .map((entry) => join(entry.parentPath, entry.name));
}
