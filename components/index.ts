import "./surroundings/node.ts";

export { HostState, type HostStateArgs } from "../providers/host-state.ts";
export type { GatewayArgs } from "./arguments/gateway.ts";
export type { TailnetArgs } from "./arguments/netns-tailnet.ts";
export type { ReleaseArgs } from "./arguments/release.ts";
export type { RouteArgs } from "./arguments/route-bridge.ts";
export type { SocksArgs } from "./arguments/socks-bridge.ts";
export type { JumpArgs, SshArgs } from "./arguments/ssh.ts";
export type { SuffixArgs } from "./arguments/suffix-dns.ts";
export { ArgumentsError, type Problem } from "./arguments/values/problem.ts";
export { type ConfiguredGateway, type ConfiguredTailnet, gatewaysFrom } from "./configuration/gateways.ts";
export { Gateway } from "./gateway.ts";
export { NetnsTailnet, type NetnsTailnetArgs } from "./netns-tailnet.ts";
export { RouteBridge, type RouteBridgeArgs } from "./route-bridge.ts";
export { SocksBridge, type SocksBridgeArgs } from "./socks-bridge.ts";
export { SuffixDns, type SuffixDnsArgs } from "./suffix-dns.ts";
