import { readFileSync } from "node:fs";
import type { Objects } from "../contract.ts";
import type { OpenFleet } from "../fleet/index.ts";
import { forEach } from "../fleet/pool.ts";
import { writeConvergeScript } from "../rivals/converge-script.ts";
import type { Session } from "../session.ts";

/** Enough to keep the processors busy, and no host waits for another's disk. */
const AT_ONCE = 8;

/** Of so many hosts one is asked: the processors are the limit, so all of them take so many times as long. */
const ONE_IN = 5;

/**
 * How long the hosts need without any distance: an expert's script with everything in it, started inside a fifth of
 * them past the line and sshd, times five. In seconds.
 */
export async function hostFloor(session: Session, fleet: OpenFleet, objects: Objects): Promise<number> {
  const script = readFileSync(await writeConvergeScript(objects, session.folder), "utf8");
  const asked = fleet.hosts.slice(0, Math.ceil(fleet.hosts.length / ONE_IN));
  const start = performance.now();
  await forEach(asked, AT_ONCE, async (host) => {
    await fleet.mustExec(host, ["/bin/sh"], { stdin: script });
  });
  return ((performance.now() - start) / 1000) * (fleet.hosts.length / asked.length);
}
