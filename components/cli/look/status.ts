import { keys } from "../../../providers/engine/records.ts";
import { stackOf } from "../../../providers/engine/state/manifest.ts";
import { nodeFactsIn } from "../../../providers/tailscale/status.ts";
import { tailnetNames } from "../../render/names.ts";
import { driftOf } from "./drift.ts";
import { overlapsOf } from "./overlaps.ts";
import type { Seen, SeenNode } from "./seen.ts";
import type { GatewayStatus, TailnetStatus } from "./shape.ts";

type Of = Pick<GatewayStatus, "name" | "host">;

/** What a look has seen, in the words of a user. */
export function gatewayStatus(of: Of, seen: Seen): GatewayStatus {
  const { manifests, units } = seen.observed;
  const tailnets = keys(seen.nodes)
    .sort()
    .map((name) => tailnetStatus(name, seen));
  return {
    ...of,
    error: null,
    stacks: unique(Object.values(manifests).map(stackOf)),
    drift: driftOf(seen.observed),
    failed: keys(units)
      .filter((unit) => units[unit]?.active === "failed")
      .sort(),
    programs: programsIn(seen),
    tailnets,
    overlaps: overlapsOf(tailnets),
  };
}

/** A gateway of which nothing is known, and why. */
export function unknownGateway(of: Of, error: string): GatewayStatus {
  return { ...of, error, stacks: [], drift: [], failed: [], programs: [], tailnets: [], overlaps: [] };
}

function tailnetStatus(name: string, seen: Seen): TailnetStatus {
  const node = seen.nodes[name] ?? NO_NODE;
  const answer = seen.observed.probes[tailnetNames(name).socket] ?? null;
  const { state, addresses, dnsName, keyExpiry, health } = nodeFactsIn(answer?.facts);
  return {
    name,
    state: answer === null ? "unknown" : stateOf(state, answer.healthy, node.online),
    addresses: [...addresses],
    dnsName,
    keyExpiry: keyExpiry === "" ? null : keyExpiry,
    health,
    names: [...(seen.names[name] ?? [])],
    ports: portsOf(name, seen),
    routes: routesOf(node),
    traffic: node.traffic,
  };
}

const NO_NODE: SeenNode = { online: null, peers: [], traffic: null, accepted: [] };

/** @param backend tailscaled's BackendState */
function stateOf(backend: string, isLoggedIn: boolean, online: boolean | null): TailnetStatus["state"] {
  if (backend === "NeedsMachineAuth") return "waiting";
  if (!isLoggedIn) return "logged-out";
  if (backend === "Stopped") return "stopped";
  if (backend !== "Running") return "starting";
  return online === false ? "offline" : "online";
}

function portsOf(name: string, { processes, sessions, observed }: Seen): TailnetStatus["ports"] {
  const { units, config } = tailnetNames(name);
  const files = observed.manifests[`socks-${name}`]?.owned?.files ?? [];
  const server = files.includes(`${config}/socks/sing-box.json`)
    ? "sing-box"
    : files.includes(`${config}/socks/danted.conf`)
      ? "dante"
      : "unknown";
  const listens = processes[units.relaySocket]?.listen ?? [];
  return listens.map((listen) => ({ listen, server, sessions: sessions[listen] ?? 0 }));
}

/** In an order of their own, since control servers have none. What peers offer, and what leads into the tailnet though no peer says that it is behind it. */
function routesOf({ peers, accepted }: SeenNode): TailnetStatus["routes"] {
  const offered = peers.flatMap(({ name, online, routes }) =>
    routes.map((network) => ({ network, via: name, online, accepted: isAccepted(network, accepted) })),
  );
  const others = accepted
    .filter((network) => !isOneMachine(network))
    .filter((network) => !offered.some((route) => isAccepted(route.network, [network])))
    .map((network) => ({ network, via: "", online: null, accepted: true }));
  const key = ({ network, via }: TailnetStatus["routes"][number]) => `${network} ${via}`;
  return [...offered, ...others].sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

/** Each machine of the tailnet has such a route to itself. */
function isOneMachine(network: string): boolean {
  return /(?:\.\d+\/32|:[0-9a-f]*\/128)$/.test(network);
}

/** What is everywhere is called `default` by Linux. */
function isAccepted(network: string, accepted: readonly string[]): boolean {
  return accepted.includes(/^(?:0\.0\.0\.0|::)\/0$/.test(network) ? "default" : network);
}

const VERSION = /^\/usr\/local\/lib\/tsproxy\/([a-z-]+)-(\d[^/]*)(?:\/|$)/;

function programsIn({ observed, processes }: Seen): GatewayStatus["programs"] {
  const wanted = Object.values(observed.manifests).flatMap(({ owned }) =>
    Object.keys(owned?.downloads ?? {}).map(versionIn),
  );
  const running = Object.values(processes).map(({ program }) => versionIn(program));
  const names = unique([...wanted, ...running].map(([name]) => name)).filter((name) => name !== "");
  const versions = (of: readonly (readonly [string, string])[], name: string) =>
    unique(of.filter(([each]) => each === name).map(([, version]) => version));
  return names.map((name) => ({ name, wanted: versions(wanted, name), running: versions(running, name) }));
}

function versionIn(path: string): readonly [name: string, version: string] {
  const [, name = "", version = ""] = VERSION.exec(path) ?? [];
  return [name, version];
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}
