import type { GatewayPlan, TailnetPlan } from "./configuration.ts";
import { readConfiguration } from "./configuration.ts";
import { Gateway } from "./gateway.ts";
import { NetnsTailnet } from "./netns-tailnet.ts";
import { SocksBridge } from "./socks-bridge.ts";
import { SuffixDns } from "./suffix-dns.ts";

/** The components of a gateway that was written down as configuration. */
export interface ConfiguredGateway {
  readonly gateway: Gateway;
  /** By the key in the configuration. */
  readonly tailnets: Readonly<Record<string, ConfiguredTailnet>>;
}

export interface ConfiguredTailnet {
  readonly tailnet: NetnsTailnet;
  readonly socks?: SocksBridge;
  readonly dns?: SuffixDns;
}

/**
 * Gateways from configuration; docs and Pulumi.home.yaml show its shape.
 *
 * @param gateways value of `tsproxy:gateways`.
 * @param secrets value of `tsproxy:secrets`, in the clear.
 * @returns the components, by the gateway's key.
 * @throws ArgumentsError with everything that is wrong anywhere, before any component exists.
 */
export function gatewaysFrom(gateways: unknown, secrets: unknown): Record<string, ConfiguredGateway> {
  return Object.fromEntries(readConfiguration(gateways, secrets).map((plan) => [plan.name, build(plan)]));
}

function build({ name, args, tailnets }: GatewayPlan): ConfiguredGateway {
  const gateway = new Gateway(name, args);
  return {
    gateway,
    tailnets: Object.fromEntries(tailnets.map((plan) => [plan.key, buildTailnet(gateway, plan)])),
  };
}

function buildTailnet(gateway: Gateway, { name, args, socks, dns }: TailnetPlan): ConfiguredTailnet {
  const tailnet = new NetnsTailnet(name, { ...args, gateway }, { parent: gateway });
  return {
    tailnet,
    ...(socks && { socks: new SocksBridge(name, { ...socks, tailnet }, { parent: tailnet }) }),
    ...(dns && { dns: new SuffixDns(name, { ...dns, tailnet }, { parent: tailnet }) }),
  };
}
