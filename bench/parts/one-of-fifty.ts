import type { BenchHost } from "../contract.ts";
import { measure, medianCounts } from "../measure.ts";
import { objectsFor } from "../objects.ts";
import type { HostPath } from "../product.ts";
import { spreadOf } from "../report/statistics.ts";
import { inRounds } from "../rounds.ts";
import type { Part } from "../session.ts";
import { ROUND_TRIP_MS, TAILNETS } from "./comparison.ts";
import { standingFleet } from "./standing.ts";

/** Row 5. */
export const oneOfFifty: Part<"oneOfFifty"> = {
  about: "one file of one host among fifty is changed",
  estimateSeconds: (runs) => 60 + 30 * runs,
  async measure(session) {
    const { fleet, ours } = await standingFleet(session);
    await fleet.delay(ROUND_TRIP_MS);
    let edition = 0;
    const entrant = {
      name: ours.name,
      run: () => {
        const edits = editOf(fleet.hosts[Math.floor(fleet.hosts.length / 2)], ++edition);
        return measure(fleet, fleet.hosts, () => ours.up(fleet.hosts, edits));
      },
    };
    const [series] = await inRounds([entrant], {
      runs: session.runs,
      budgetSeconds: 300,
      tell: (what, done) => session.tell(what, 0.8 + 0.2 * done),
    });
    const { samples = [], failed } = series ?? {};
    if (failed !== undefined) throw new Error(failed);
    return {
      hosts: fleet.hosts.length,
      hostsContacted: Math.max(...samples.map(({ hostsContacted }) => hostsContacted)),
      roundTripMs: ROUND_TRIP_MS,
      counts: medianCounts(samples.map(({ counts }) => counts)),
      wallSeconds: spreadOf(samples.map(({ wallSeconds }) => wallSeconds)),
    };
  },
};

const EDITED: HostPath = "/etc/tsproxy/zones.d/site1.zone";

/** A comment at the end of a zone: another one every time. */
function editOf(host: BenchHost | undefined, edition: number) {
  const file = objectsFor(TAILNETS).files[EDITED];
  if (host === undefined || file === undefined) throw new Error(`no host has ${EDITED}`);
  return { [host.name]: { path: EDITED, content: `${file.content}# edition ${edition}\n` } };
}
