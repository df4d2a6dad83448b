import type { Desired } from "../../providers/engine/kinds/desired.ts";
import type { Door } from "./door/door.ts";
import { doorFirewall } from "./door/firewall.ts";
import { relayed } from "./door/relay.ts";
import { addressesOf } from "./gateway.ts";
import { DEFAULT_LINK, type LinkName, links } from "./link/links.ts";
import { tailnetNames } from "./names.ts";
import { way } from "./one-port/way.ts";
import { kernelScripts } from "./place/kernel-script.ts";
import { netnsPlace } from "./place/netns.ts";
import { OF_NO_MACHINE } from "./ranges.ts";
import { serve } from "./server/serve.ts";
import { DEFAULT_SERVER, type Servers, serverCalled, servers } from "./server/servers.ts";
import { desiredOf } from "./unit/part.ts";

/** A SOCKS port with every default filled in. */
export interface SocksBridgeSpec {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  /** The /30 between the host and the namespace. */
  readonly vethSubnet: string;
  readonly primaryAddress: string;
  /** @default null, there is none */
  readonly primaryAddress6?: string | null;
  /** Interface of the primary tailnet. */
  readonly primaryInterface: string;
  /** Port on the primary addresses. */
  readonly port: number;
  /** Most connections at a time. */
  readonly maxSessions: number;
  /** Networks (CIDR) that may connect. */
  readonly clients: readonly string[];
  /** What serves, by its name among `servers`. @default "sing-box" */
  readonly server?: string;
  /** Names of those who may log in; empty: everybody may connect. @default [] */
  readonly users?: readonly string[];
  /** Of the gateway's sing-box. */
  readonly singBoxVersion: string;
  /** Ends of the names for which the gateway's one port leads here; empty: it does not. @default [] */
  readonly onePortNames?: readonly string[];
  /** What carries the traffic of its place. @default "tailscale" */
  readonly link?: LinkName | undefined;
}

/** Destinations inside the namespace, beside its veth pair; refused also when a name leads there. */
const ALWAYS_BLOCKED = [...OF_NO_MACHINE, "::/127", "fe80::/10", "ff00::/8"];

/**
 * A proxy server inside the namespace, and the door that leads to it from the primary address.
 *
 * @param known what can serve. Another one than the product's is for tests.
 */
export function renderSocksBridge(spec: SocksBridgeSpec, known: Servers = servers): Desired {
  const {
    tailnet,
    vethSubnet,
    maxSessions: sessions,
    singBoxVersion,
    users = [],
    onePortNames: ends = [],
    server: called = DEFAULT_SERVER,
    link = DEFAULT_LINK,
  } = spec;
  const names = tailnetNames(tailnet);
  const place = netnsPlace(names);
  const server = serverCalled(called, known);
  const serving = serve(server, {
    tailnet,
    names,
    word: "socks",
    title: "SOCKS server",
    place,
    link: links[link].link(names),
    // the one port has as many of its own
    sessions: ends.length > 0 ? 2 * sessions : sessions,
    singBoxVersion,
    users,
    blocked: [...ALWAYS_BLOCKED, vethSubnet],
  });
  const { socks: unit, relaySocket: socket, relay, socksDoor } = names.units;
  const door: Door = {
    ...portOf(spec),
    tailnet,
    word: "socks",
    units: { socket, relay, firewall: socksDoor },
    titles: { socket: `SOCKS port of tailnet ${tailnet}`, relay: `Relay of tailnet ${tailnet}` },
    place,
    server: { unit, port: server.port },
  };
  return desiredOf(
    serving,
    relayed(door),
    doorFirewall(door, kernelScripts(links[link].link(names).interface)),
    ...(ends.length > 0 ? [way({ ...door, names, ends })] : []),
  );
}

function portOf({
  primaryAddress,
  primaryAddress6 = null,
  primaryInterface,
  port,
  maxSessions: sessions,
  clients,
}: SocksBridgeSpec): Pick<Door, "addresses" | "port" | "sessions" | "clients" | "primaryInterface"> {
  const addresses = addressesOf({ primaryAddress, primaryAddress6 });
  return { addresses, primaryInterface, port, sessions, clients };
}
