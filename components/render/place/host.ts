import type { Entry } from "../unit/text.ts";
import type { Place } from "./place.ts";

/**
 * The host's own network, in which no rules of ours are in the way of a process: cloud providers tell secrets of
 * the machine at a link-local address. (Their resolvers may be there too, which only processes in namespaces ask.)
 */
const NETWORK: readonly Entry[] = [["IPAddressDeny", "link-local multicast"]];

/** The host's network, in which a process is started by the boot and never stopped. */
export const hostPlace: Place = {
  unit: ({ description, after = [], bindsTo = [] }) => [
    ["Description", description],
    ...(bindsTo.length > 0 ? [["BindsTo", bindsTo.join(" ")] satisfies Entry] : []),
    ["After", ["network.target", ...bindsTo, ...after].join(" ")],
  ],
  ofSocket: [],
  network: NETWORK,
  install: ["Install", [["WantedBy", "multi-user.target"]]],
};
