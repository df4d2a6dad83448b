import type { Cell } from "../../../test/workbench/text.ts";
import type { Counts } from "../../results.ts";

/** Headings of `countCells`. */
export const COUNT_HEAD = [
  "connections",
  "channels",
  "at once",
  "serial round trips",
  "kB out",
  "kB in",
  "processes",
  "writes",
];

/** One row of counts; the same number of cells when there are none. */
export function countCells(counts: Counts | undefined): Cell[] {
  if (counts === undefined) return COUNT_HEAD.map(() => undefined);
  const { connections, channels, channelsAtOnce, roundTrips, bytesOut, bytesIn, processes, writes } = counts;
  return [
    connections,
    channels,
    channelsAtOnce,
    roundTrips,
    bytesOut / 1000,
    bytesIn / 1000,
    processes,
    writes,
  ];
}
