import { omitting } from "../../fake/interference.ts";
import type { Row } from "../contract.ts";
import { randomCommands } from "../random/in-laboratory.ts";
import { randomPrograms } from "../random/in-memory.ts";

export const random: Row = {
  name: "random",
  title: "random programs, edited and cut",
  unproved:
    "The host in memory has no ports: that a port passes from one tailnet to another in one run is refused, as docs/operations.md says, and is not tried.",
  trials: [randomPrograms(), randomCommands()],
  faults: [
    {
      name: "packages stay when nobody needs them",
      trial: randomPrograms((host) => omitting(host, "purge")),
    },
    {
      name: "a node is removed without being logged out",
      trial: randomPrograms((host) => omitting(host, "leave")),
    },
    {
      name: "edits leave a file on a real host that a fresh install has not",
      trial: randomCommands(({ lab }) => lab.mustExec("gateway", "touch /etc/stray")),
    },
  ],
};
