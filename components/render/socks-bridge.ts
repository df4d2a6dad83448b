import { type Desired, NOTHING } from "../../providers/engine/kinds/desired.ts";
import type { HostPath } from "../../providers/engine/kinds/names.ts";
import { text, withUnits } from "./desired.ts";
import { LOOK_UPS } from "./look-ups.ts";
import { SOCKS_PORT, tailnetNames, VETH_RANGE } from "./names.ts";
import { fill } from "./template.ts";
import { relaySocket, relayUnit } from "./units/relay.ts";
import { socksUnit } from "./units/socks.ts";
import { withVeth } from "./veth.ts";

/** A SOCKS port with every default filled in. */
export interface SocksBridgeSpec {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  /** The /30 between the host and the namespace. */
  readonly vethSubnet: string;
  readonly primaryAddress: string;
  /** Port on the primary address. */
  readonly port: number;
  /** Networks (CIDR) that may connect. */
  readonly clients: readonly string[];
}

/** Destinations inside the namespace or on the way to it; refused also when a name leads there. */
const ALWAYS_BLOCKED = [
  "0.0.0.0/8",
  "127.0.0.0/8",
  "169.254.0.0/16",
  VETH_RANGE,
  "224.0.0.0/3",
  "::1/128",
  "fe80::/10",
];

/** A SOCKS5 server inside the namespace, and the relay that leads to it from the primary address. */
export function renderSocksBridge({
  tailnet,
  vethSubnet,
  primaryAddress,
  port,
  clients,
}: SocksBridgeSpec): Desired {
  const names = tailnetNames(tailnet);
  const config: HostPath = `${names.config}/socks`;
  const conf = fill("danted.conf", {
    name: tailnet,
    port: SOCKS_PORT,
    blocked: withVeth(ALWAYS_BLOCKED, vethSubnet),
  });
  const { files, units } = withUnits([
    socksUnit({ name: tailnet, names, config, readAtStart: [conf, ...LOOK_UPS] }),
    relaySocket({ name: tailnet, names, address: primaryAddress, port, clients }),
    relayUnit(tailnet, names),
  ]);
  return {
    ...NOTHING,
    files: {
      ...files,
      [`${config}/danted.conf`]: text(conf),
    },
    units,
    packages: { "dante-server": { keepOff: ["danted.service"] } },
    requirements: [
      {
        kind: "package",
        name: "dante-server",
        instead:
          "use Debian 12 or Ubuntu (universe) on the gateway, or install a dante-server package by hand",
      },
      {
        kind: "port",
        protocol: "tcp",
        address: primaryAddress,
        port,
        unit: names.units.relaySocket,
        argument: "port",
      },
    ],
  };
}
