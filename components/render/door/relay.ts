import { familyOf, withBrackets } from "../ipv6.ts";
import { limits, memoryFor } from "../unit/limits.ts";
import type { Part } from "../unit/part.ts";
import { UNPRIVILEGED } from "../unit/sandbox.ts";
import { command, type Entry, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";
import type { Door } from "./door.ts";

/** The port, which systemd opens, and a process in the place that carries its connections. */
export function relayed(door: Door): Part {
  const { addresses, port, units, primaryInterface, argument = "port" } = door;
  const at = addresses.map((address) => ({ protocol: "tcp", address, port }) as const);
  return {
    units: [relaySocket(door), relayUnit(door)],
    requirements: [
      ...at.map((one) => ({ kind: "port", ...one, unit: units.socket, argument }) as const),
      ...at.filter(isIPv4).map((one) => ({ kind: "let-in", ...one, interface: primaryInterface }) as const),
    ],
  };
}

/** Of the rules of other firewalls those for IPv4 are read. */
function isIPv4({ address }: { readonly address: string }): boolean {
  return familyOf(address) === "ip";
}

/** The relay is one process, which starts threads to look names up. */
const RELAY_TASKS = 64;

/** The port on the host's addresses. It listens before they exist. */
function relaySocket({ units, titles, addresses, port, clients, place }: Door): UnitText {
  return {
    name: units.socket,
    sections: [
      ["Unit", [["Description", titles.socket], ...place.ofSocket]],
      [
        "Socket",
        [
          ...addresses.map((address): Entry => ["ListenStream", `${withBrackets(address)}:${port}`]),
          ["FreeBind", "yes"],
          ["NoDelay", "yes"],
          ["KeepAlive", "yes"],
          ["KeepAliveTimeSec", "300"],
          ["Backlog", "1024"],
          ["IPAddressDeny", "any"],
          ["IPAddressAllow", clients.join(" ")],
        ],
      ],
      place.install,
    ],
  };
}

/** Carries connections from the port into the place. */
function relayUnit(door: Door): UnitText {
  const { units, titles, place, server } = door;
  // Not of the socket, which comes before all services: without its firewall no connection is carried.
  const requires: Entry = ["Requires", `${units.socket} ${units.firewall}`];
  const after = [units.socket, units.firewall, server.unit];
  return {
    name: units.relay,
    sections: [
      ["Unit", [...place.unit({ description: titles.relay, after }), requires]],
      relayService(door),
      place.install,
    ],
  };
}

/**
 * `simple`, because socket-proxyd before systemd 253 never says that it is ready; `Restart`, because one failed
 * activation would stop the port for good.
 */
export function relayService({
  place,
  server,
  sessions,
}: Pick<Door, "place" | "server" | "sessions">): Section {
  const proxy = [
    "/lib/systemd/systemd-socket-proxyd",
    // It lets in one more than it is told.
    `--connections-max=${sessions - 1}`,
    `127.0.0.1:${server.port}`,
  ];
  return [
    "Service",
    [
      ["Type", "simple"],
      ...place.network,
      ["ExecStart", command(...proxy)],
      ["Restart", "always"],
      ["RestartSec", "5"],
      ...limits({ memory: memoryFor(sessions), tasks: RELAY_TASKS }),
      ...UNPRIVILEGED,
    ],
  ];
}
