import { SOCKS_PORT, type TailnetNames } from "../names.ts";
import { UNPRIVILEGED } from "../sandbox.ts";
import { command, type UnitText } from "../unit-file.ts";
import { boundToNetns, startedWithNetns } from "./bound.ts";

export interface RelaySocket {
  readonly name: string;
  readonly names: TailnetNames;
  /** IPv4 address and port on the host. */
  readonly address: string;
  readonly port: number;
  /** Networks that may connect. */
  readonly clients: readonly string[];
}

/** Most connections at a time; each takes six file descriptors of the relay. */
const CONNECTIONS_MAX = 8192;

/** The port on the primary address. It listens before the address exists. */
export function relaySocket({ name, names, address, port, clients }: RelaySocket): UnitText {
  return {
    name: names.units.relaySocket,
    sections: [
      [
        "Unit",
        [
          ["Description", `SOCKS port of tailnet ${name}`],
          // Not After=: sockets come before every service, the namespace's too.
          ["PartOf", names.units.netns],
        ],
      ],
      [
        "Socket",
        [
          ["ListenStream", `${address}:${port}`],
          ["FreeBind", "yes"],
          ["NoDelay", "yes"],
          ["KeepAlive", "yes"],
          ["KeepAliveTimeSec", "300"],
          ["Backlog", "1024"],
          ["IPAddressDeny", "any"],
          ["IPAddressAllow", clients.join(" ")],
        ],
      ],
      startedWithNetns(names),
    ],
  };
}

/**
 * Carries connections from the port into the namespace. `simple`, because socket-proxyd before systemd
 * 253 never says that it is ready; `Restart`, because one failed activation would stop the port for good.
 */
export function relayUnit(name: string, names: TailnetNames): UnitText {
  const { relay, relaySocket: socket, socks } = names.units;
  const proxy = [
    "/lib/systemd/systemd-socket-proxyd",
    `--connections-max=${CONNECTIONS_MAX}`,
    `127.0.0.1:${SOCKS_PORT}`,
  ];
  return {
    name: relay,
    sections: [
      ["Unit", [...boundToNetns(`Relay of tailnet ${name}`, names, [socket, socks]), ["Requires", socket]]],
      [
        "Service",
        [
          ["Type", "simple"],
          ["NetworkNamespacePath", names.netnsPath],
          ["ExecStart", command(...proxy)],
          ["Restart", "always"],
          ["RestartSec", "1"],
          ...UNPRIVILEGED,
        ],
      ],
      startedWithNetns(names),
    ],
  };
}
