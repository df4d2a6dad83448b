import type { TailnetNames } from "../names.ts";
import type { Place } from "./place.ts";

/** The network namespace of a tailnet. Its processes start with it, and so the boot does not wait for them. */
export function netnsPlace({ units: { netns }, netnsPath }: TailnetNames): Place {
  return {
    unit: ({ description, after = [], bindsTo = [] }) => [
      ["Description", description],
      ["BindsTo", [netns, ...bindsTo].join(" ")],
      ["After", [netns, ...bindsTo, ...after].join(" ")],
    ],
    ofSocket: [["PartOf", netns]],
    network: [["NetworkNamespacePath", netnsPath]],
    install: ["Install", [["WantedBy", netns]]],
  };
}
