import { configOf } from "../../test/host/laboratory-config.ts";
import { Stack } from "../../test/host/stack.ts";
import { type Lab, openLab } from "../../test/lab/index.ts";
import { down } from "../../test/lab/lifecycle.ts";
import { WORK } from "../../test/lab/proofs.ts";
import { spreadOf } from "../report/statistics.ts";
import type { Part } from "../session.ts";

/** Of the laboratory; an interrupted run may leave it. */
export const LAB_NAME = "benchup";
const RUNS_MAX = 3;
/** What a gateway needs of the distribution. */
const PACKAGES = "curl nftables";
const INSTALL = `apt-get -q update && apt-get -q -y --no-install-recommends install ${PACKAGES}`;
const PURGE = `apt-get -q -y purge ${PACKAGES} && apt-get -q -y autoremove --purge`;

/** What the comparison of tools leaves out, since it takes each of them as long: packages, downloads, a login. */
export const firstUp: Part<"firstUp"> = {
  about: "the first up of a real gateway in a laboratory: packages, downloads and login stated apart",
  estimateSeconds: (runs) => 20 + 13 * Math.min(RUNS_MAX, runs),
  async measure({ clear, tell, ...session }) {
    const runs = Math.min(RUNS_MAX, session.runs);
    await clear();
    await down(LAB_NAME);
    const lab = await openLab(LAB_NAME);
    const stack = await Stack.open(lab.name, await configOf(lab, [WORK]));
    try {
      const lives: Life[] = [];
      for (let run = 0; run < runs; run++) {
        tell(`run ${run + 1} of ${runs}`, run / runs);
        lives.push(await lifeOf(lab, stack));
      }
      const spread = (key: keyof Life) => spreadOf(lives.map((life) => life[key]));
      return {
        wallSeconds: spread("wallSeconds"),
        packageSeconds: spread("packageSeconds"),
        loginSeconds: spread("loginSeconds"),
      };
    } finally {
      stack.remove();
      await lab.down();
    }
  },
};

interface Life {
  readonly wallSeconds: number;
  readonly packageSeconds: number;
  readonly loginSeconds: number;
}

/** A gateway from nothing to nothing. */
async function lifeOf(lab: Lab, stack: Stack): Promise<Life> {
  const packageSeconds = await secondsOf(() => lab.mustExec("gateway", INSTALL));
  await lab.mustExec("gateway", PURGE);
  const wallSeconds = await secondsOf(() => stack.expect(["up", "--yes", "--skip-preview"]));
  const loginSeconds =
    (await activeSince(lab, "tsproxy-work-online.service")) -
    (await activeSince(lab, "tsproxy-work-tailscaled.service"));
  await stack.expect(["destroy", "--yes", "--skip-preview"]);
  return { wallSeconds, packageSeconds, loginSeconds };
}

/** On the clock of the host, seconds: when the unit had started. */
async function activeSince(lab: Lab, unit: string): Promise<number> {
  const property = "ActiveEnterTimestampMonotonic";
  return (
    Number(await lab.mustExec("gateway", ["systemctl", "show", `--property=${property}`, "--value", unit])) /
    1e6
  );
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}
