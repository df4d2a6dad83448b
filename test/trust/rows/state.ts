import type { Row } from "../contract.ts";
import { olderReleases } from "../state/converging.ts";
import { newerReleases, takingForOurs } from "../state/newer.ts";
import { stateSize } from "../state/size.ts";

export const state: Row = {
  name: "state",
  title: "states and hosts of other releases",
  unproved:
    "Nothing has been released yet: the records are of commits, made on the host in memory, which boots once between the releases. The size is that of inputs and outputs; the engine adds some hundred bytes to each resource, and encrypted values are longer.",
  trials: [olderReleases(), newerReleases(), stateSize()],
  faults: [
    {
      name: "a release calls a resource on the host something else",
      trial: olderReleases((record) => ({
        ...record,
        state: Object.fromEntries(
          Object.entries(record.state).map(([name, kept]) => {
            const identity = { ...kept.outputs.identity, key: `old-${kept.outputs.identity.key}` };
            return [name, { ...kept, outputs: { ...kept.outputs, identity } }];
          }),
        ),
      })),
    },
    { name: "a newer manifest is taken for one of this release", trial: newerReleases(takingForOurs) },
    { name: "all text is kept twice", trial: stateSize(10_000) },
  ],
};
