import type { GatewaySettings } from "./arguments/gateway.ts";
import type { TailnetSettings } from "./arguments/netns-tailnet.ts";
import type { SocksSettings } from "./arguments/socks-bridge.ts";
import type { SuffixSettings } from "./arguments/suffix-dns.ts";
import type { Claim } from "./neighbours.ts";

/** What each component claims on its gateway. `name` is the resource's, `at` is put before every path. */

export function gatewayClaims(name: string, { spec }: GatewaySettings, at = ""): Claim[] {
  const holder = `Gateway "${name}"`;
  return [{ kind: "port", value: String(spec.dnsPort), path: `${at}dnsPort`, holder }];
}

/** The way to the host, as far as it is known before the program runs on. */
export function hostClaims(name: string, { ssh }: GatewaySettings, at = ""): Claim[] {
  const value = wayTo(ssh);
  const through = ssh.jump === undefined ? "" : wayTo(ssh.jump);
  if (value === null || through === null) return [];
  const way = through === "" ? value : `${value} behind ${through}`;
  return [{ kind: "host", value: way, path: `${at}ssh.host`, holder: `Gateway "${name}"` }];
}

function wayTo({ host, port }: Pick<GatewaySettings["ssh"], "host" | "port">): string | null {
  if (typeof host !== "string" || typeof port !== "number") return null;
  return port === 22 ? host.toLowerCase() : `${host.toLowerCase()} port ${port}`;
}

export function tailnetClaims(name: string, { spec }: TailnetSettings, at = ""): Claim[] {
  const holder = `NetnsTailnet "${name}"`;
  return [
    { kind: "resource", value: spec.name, path: `${at}name`, holder },
    { kind: "veth", value: spec.veth.subnet, path: `${at}veth`, holder },
  ];
}

export function socksClaims(name: string, tailnet: string, { port }: SocksSettings, at = ""): Claim[] {
  const holder = `SocksBridge "${name}"`;
  return [
    { kind: "resource", value: `socks-${tailnet}`, path: `${at}tailnet`, holder },
    { kind: "port", value: String(port), path: `${at}port`, holder },
  ];
}

export function suffixClaims(name: string, tailnet: string, { suffix }: SuffixSettings, at = ""): Claim[] {
  const holder = `SuffixDns "${name}"`;
  return [
    { kind: "resource", value: `dns-${tailnet}`, path: `${at}tailnet`, holder },
    { kind: "suffix", value: suffix, path: `${at}suffix`, holder },
  ];
}
