import type { GatewaySpec } from "../../../components/render/gateway.ts";
import { renderGateway } from "../../../components/render/gateway.ts";
import { networkOf } from "../../../components/render/ipv4.ts";
import { type NetnsTailnetSpec, renderNetnsTailnet } from "../../../components/render/netns-tailnet.ts";
import { type Veth, vethOf } from "../../../components/render/place/veth.ts";
import { renderSocksBridge } from "../../../components/render/socks-bridge.ts";
import { renderSuffixDns } from "../../../components/render/suffix-dns.ts";
import type { Desired } from "../../../providers/engine/kinds/desired.ts";

/** The /30 at `text`. */
export function veth(text: string): Veth {
  return vethOf(networkOf(text));
}

export const gateway: GatewaySpec = {
  primaryAddress: "100.64.0.10",
  primaryInterface: "tailscale0",
  dnsPort: 53,
  clients: ["100.64.0.0/10", "fd7a:115c:a1e0::/48"],
  tailscale: { version: "1.102.4", sha256: { x86_64: "a".repeat(64), aarch64: "b".repeat(64) } },
  coredns: { version: "1.14.2", sha256: { x86_64: "c".repeat(64) } },
  mirror: null,
};

export const tailnet: NetnsTailnetSpec = {
  name: "work",
  primaryInterface: "tailscale0",
  tailscaleVersion: "1.102.4",
  corednsVersion: "1.14.2",
  veth: veth("10.200.0.4/30"),
  loginServer: "https://controlplane.tailscale.com",
  hostname: "home-work",
  acceptRoutes: true,
  acceptDns: true,
  advertiseRoutes: [],
  exitNode: "",
  caCertificates: null,
  reach: [],
  resolvers: [],
  loginTimeout: 60,
};

/** Everything that is rendered, by the name of its golden file. */
export const cases: Readonly<Record<string, Desired>> = {
  gateway: renderGateway(gateway),
  "gateway-with-a-mirror": renderGateway({
    ...gateway,
    primaryAddress: "192.168.1.2",
    primaryInterface: "eth0",
    dnsPort: 5353,
    clients: ["192.168.1.0/24"],
    mirror: "https://mirror.example/tsproxy",
  }),
  "netns-tailnet": renderNetnsTailnet(tailnet),
  "netns-tailnet-with-everything": renderNetnsTailnet({
    ...tailnet,
    name: "a-b",
    veth: veth("172.31.0.4/30"),
    loginServer: "https://198.18.0.11",
    hostname: "elsewhere",
    acceptRoutes: false,
    acceptDns: false,
    advertiseRoutes: ["10.0.0.0/24", "fd7a:115c:a1e0:b1a:0:7:a01:0/120"],
    exitNode: "100.64.0.9",
    caCertificates: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
    reach: ["192.168.7.0/24", "192.168.8.9"],
    resolvers: ["192.168.7.1", "9.9.9.9"],
    loginTimeout: 5,
  }),
  "socks-bridge": renderSocksBridge({
    tailnet: "work",
    vethSubnet: "10.200.0.4/30",
    primaryAddress: "100.64.0.10",
    port: 11080,
    clients: gateway.clients,
  }),
  "suffix-dns": renderSuffixDns({
    tailnet: "work",
    suffix: "work",
    veth: veth("10.200.0.4/30"),
    primaryAddress: "100.64.0.10",
    dnsPort: 53,
  }),
};
