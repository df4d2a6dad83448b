import { HostError } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import { openHost } from "../../../providers/ssh/pool.ts";
import type { FakeHost } from "../../fake-host.ts";
import { abandonedTrial, POSITIONS } from "../branch/abandoned.ts";
import { connectedTrial, WAYS } from "../branch/connected.ts";
import { cutInLaboratory } from "../branch/in-laboratory.ts";
import { cutTrial, TRANSITIONS } from "../branch/in-memory.ts";
import type { Row } from "../contract.ts";
import { planted } from "../planted.ts";

/** Where nothing is armed although the host says so. */
const ARMS_NOTHING =
  "printf '#!/bin/sh\\n' >/usr/local/bin/systemd-run; chmod 755 /usr/local/bin/systemd-run";

export const branch: Row = {
  name: "branch",
  title: "changes that cut the way to the host",
  unproved:
    "A host that loses power within the minute starts at boot what cut the way, since nothing undid it. " +
    "Ways that are cut later, by what a tailnet announces, are not watched.",
  trials: [
    cutTrial("what cuts the way is said and undone, and the next run makes it right", {
      fast: TRANSITIONS,
      whole: 4 * TRANSITIONS,
    }),
    abandonedTrial("a host that is left alone in the middle of a change undoes it, or is about to", {
      fast: POSITIONS,
      whole: 6 * POSITIONS,
    }),
    connectedTrial(
      "a new connection is made along the same way, whatever the open one still carries",
      { fast: WAYS / 2, whole: 3 * WAYS },
      openHost,
    ),
    cutInLaboratory("a host whose way is cut can be reached again within 90 s", { fast: 0, whole: 1 }),
  ],
  faults: [
    {
      name: "the host does not undo it",
      trial: cutTrial("the host undoes it", { fast: TRANSITIONS, whole: TRANSITIONS }, helpless),
    },
    {
      name: "nobody says that the way was cut",
      trial: cutTrial("it is said", { fast: TRANSITIONS, whole: TRANSITIONS }, silent),
    },
    {
      name: "that the open connection still works is enough",
      trial: connectedTrial("a new connection counts", { fast: 2, whole: 2 }, (connection) =>
        silent(openHost(connection)),
      ),
    },
    {
      name: "no undo is armed",
      trial: abandonedTrial(
        "an undo is armed first",
        { fast: POSITIONS, whole: POSITIONS },
        planted(/^arm .*\n/m, ""),
      ),
    },
    {
      name: "any answer counts as a new connection",
      trial: abandonedTrial(
        "the answer is looked at",
        { fast: POSITIONS, whole: POSITIONS },
        planted('read -r answer && [ "$answer" = "$1" ]', "read -r answer"),
      ),
    },
    {
      name: "systemd arms nothing",
      trial: cutInLaboratory("a host without an undo is lost", { fast: 0, whole: 1 }, ARMS_NOTHING),
    },
  ],
};

function helpless(host: FakeHost): Host {
  host.undoes = false;
  return host;
}

function silent(host: Host): Host {
  return {
    name: host.name,
    look: (question) => host.look(question),
    contents: (paths) => host.contents(paths),
    apply: (order) =>
      host.apply(order).catch(async (error: unknown) => {
        if (!(error instanceof HostError)) throw error;
        const observed = await host.look({ ...order, requirements: [] });
        return { observed, begun: order.steps.length, moved: null, failed: null, warnings: [] };
      }),
  };
}
