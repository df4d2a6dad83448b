import { join } from "node:path";
import { EngineTool } from "../engine/tool.ts";
import { measure, medianCounts, type Sample } from "../measure.ts";
import { objectsFor } from "../objects.ts";
import { spreadOf } from "../report/statistics.ts";
import { inRounds } from "../rounds.ts";
import type { Part, Session } from "../session.ts";
import { ROUND_TRIP_MS, TAILNETS } from "./comparison.ts";

/** The engine's word for no limit: the largest number that it takes. */
const UNLIMITED = 2 ** 31 - 1;
const WIDTHS = [1, 4, 16, UNLIMITED];
/** What is counted is the same in every run; the second one only shows that. */
const RUNS_MAX = 2;

/** Row 7. */
export const parallel: Part<"parallel"> = {
  about: "everything is put on an empty host with --parallel 1, 4, 16 and unlimited",
  estimateSeconds: (runs) => 20 + 90 * Math.min(RUNS_MAX, runs),
  async measure(session) {
    const fleet = await session.fleet(1);
    const ours = EngineTool.ours(TAILNETS);
    await ours.prepare(fleet, objectsFor(TAILNETS), join(session.folder, "ours"));
    await fleet.delay(ROUND_TRIP_MS);
    const entrants = WIDTHS.map((width) => ({
      name: width === UNLIMITED ? "unlimited" : String(width),
      async run(): Promise<Sample> {
        await fleet.reset();
        ours.forget();
        return measure(fleet, fleet.hosts, () => ours.run(fleet.hosts, { parallel: width }));
      },
    }));
    const series = await inRounds(entrants, plan(session));
    return {
      hosts: fleet.hosts.length,
      tailnets: TAILNETS,
      rows: series.map(({ name, samples, failed }) => {
        if (failed !== undefined) throw new Error(`--parallel ${name}: ${failed}`);
        const { connections, channelsAtOnce, refused } = medianCounts(samples.map(({ counts }) => counts));
        const wallSeconds = spreadOf(samples.map((sample) => sample.wallSeconds));
        const width = name === "unlimited" ? name : Number(name);
        return { parallel: width, connectionsPerHost: connections, channelsAtOnce, refused, wallSeconds };
      }),
    };
  },
};

function plan({ runs, tell }: Session) {
  const words = (what: string, done: number) => tell(`--parallel ${what}`, done);
  return { runs: Math.min(RUNS_MAX, runs), budgetSeconds: Number.POSITIVE_INFINITY, tell: words };
}
