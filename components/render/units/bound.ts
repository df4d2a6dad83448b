import type { TailnetNames } from "../names.ts";
import type { Entry, Section } from "../unit-file.ts";

/** Lines of [Unit] for a process inside the namespace: it stops and restarts with it. */
export function boundToNetns(
  description: string,
  { units }: TailnetNames,
  after: readonly string[] = [],
): Entry[] {
  return [
    ["Description", description],
    ["BindsTo", units.netns],
    ["After", [units.netns, ...after].join(" ")],
  ];
}

/** Started with the namespace, and therefore never waited for by the boot. */
export function startedWithNetns({ units }: TailnetNames): Section {
  return ["Install", [["WantedBy", units.netns]]];
}
