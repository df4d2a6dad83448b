import type { HostPath, UnitName } from "../../../providers/engine/kinds/names.ts";
import { CONFIG, tailnetUnit } from "../names.ts";
import type { Place } from "../place/place.ts";
import type { Entry } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";

/** Stands where the units and files of one tailnet have its name; no tailnet's name has an underscore. */
export const EVERY = "_every";

/** Holds the network. It is none of those that are reloaded when rules of the host are flushed. */
const NETWORK_UNIT: UnitName = "tsproxy_oneport.service";

export const UNITS = {
  network: NETWORK_UNIT,
  switch: tailnetUnit(EVERY, "switch"),
  relay: tailnetUnit(EVERY, "relay"),
  socket: tailnetUnit(EVERY, "relay", "socket"),
  firewall: `tsproxy_oneport-${EVERY}.service`,
} as const satisfies Record<string, UnitName>;

/** Configuration of the switch: the Gateway's files, and one of each tailnet that it leads to. */
export const SWITCH_FILES: HostPath = `${CONFIG}/${EVERY}/switch`;

/** Port of the switch on 127.0.0.1 there. */
export const SWITCH_PORT = 1080;

/** Where tailnets listen there, each on the port that it has on the host. */
export const WAYS = "127.0.0.2";

/** What puts a unit's process, or the port of a socket, into that network. */
export const JOINED: { readonly unit: readonly Entry[]; readonly network: readonly Entry[] } = {
  unit: [["JoinsNamespaceOf", NETWORK_UNIT]],
  network: [["PrivateNetwork", "yes"]],
};

/**
 * A network with nothing in it but its loopback: what is there reaches what listens there, and no machine, no process of
 * the host and no namespace of a tailnet. No rule has to hold for that.
 */
export const apart: Place = {
  unit: ({ description, after = [], bindsTo = [] }) => [
    ["Description", description],
    ...JOINED.unit,
    ["BindsTo", [NETWORK_UNIT, ...bindsTo].join(" ")],
    ["After", [NETWORK_UNIT, ...bindsTo, ...after].join(" ")],
  ],
  // The port is on the host; a process here takes its connections over.
  ofSocket: [],
  network: JOINED.network,
  install: ["Install", [["WantedBy", NETWORK_UNIT]]],
};

/**
 * Makes it, and keeps it as long as it is active. Ahead of all sockets, since ports of tailnets are opened in it; the
 * usual order would put it after them.
 */
export const networkUnit: UnitText = {
  name: NETWORK_UNIT,
  sections: [
    [
      "Unit",
      [
        ["Description", "Network of the port of all tailnets"],
        ["DefaultDependencies", "no"],
        ["Conflicts", "shutdown.target"],
        ["Before", "shutdown.target"],
      ],
    ],
    [
      "Service",
      [
        ["Type", "oneshot"],
        ["RemainAfterExit", "yes"],
        ...JOINED.network,
        ["CapabilityBoundingSet", ""],
        ["NoNewPrivileges", "yes"],
        ["ExecStart", "/bin/true"],
      ],
    ],
    ["Install", [["WantedBy", "multi-user.target"]]],
  ],
};
