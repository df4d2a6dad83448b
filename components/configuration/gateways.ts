import { type ComponentResourceOptions, log, runtime } from "@pulumi/pulumi";
import { Gateway } from "../gateway.ts";
import { NetnsTailnet } from "../netns-tailnet.ts";
import { RouteBridge } from "../route-bridge.ts";
import { SocksBridge } from "../socks-bridge.ts";
import { SuffixDns } from "../suffix-dns.ts";
import { readConfiguration } from "./read.ts";
import { SECRETS } from "./tree.ts";

/** The components of a gateway that was written down as configuration. */
export interface ConfiguredGateway {
  readonly gateway: Gateway;
  /** By the key in the configuration. */
  readonly tailnets: Readonly<Record<string, ConfiguredTailnet>>;
}

export interface ConfiguredTailnet {
  readonly tailnet: NetnsTailnet;
  readonly socks?: SocksBridge;
  readonly route?: RouteBridge;
  readonly dns?: SuffixDns;
}

const OPEN = `${SECRETS} is not encrypted: the file of the stack, and its history, hold keys of these nodes. Take it out, make new keys, and set each of them as a secret: pulumi config rm ${SECRETS}; pulumi config set --secret --path '${SECRETS}["home/work/authKey"]'`;

/** Pulumi tells a program which values of its configuration are encrypted, by their names. */
function secretsAreOpen(): boolean {
  const { PULUMI_CONFIG_SECRET_KEYS: encrypted } = process.env;
  return (
    runtime.getConfig(SECRETS) !== undefined && encrypted !== undefined && !encrypted.includes(`"${SECRETS}"`)
  );
}

/**
 * Gateways from configuration; docs and Pulumi.home.yaml show its shape.
 *
 * Loops in one function, because Pulumi keeps with each resource by which functions it was made: 200 bytes for each
 * function in between, at every resource.
 *
 * @param gateways value of `tsproxy:gateways`.
 * @param secrets value of `tsproxy:secrets`, in the clear.
 * @param options of each gateway, by its key; its tailnets are its children and get what Pulumi hands down (`protect`,
 * `provider`, `retainOnDelete`, …).
 * @returns the components, by the gateway's key.
 * @throws ArgumentsError with everything that is wrong anywhere, before any component exists.
 */
export function gatewaysFrom(
  gateways: unknown,
  secrets: unknown,
  options: (gateway: string) => ComponentResourceOptions = () => ({}),
): Record<string, ConfiguredGateway> {
  const made: Record<string, ConfiguredGateway> = {};
  const gatewayPlans = readConfiguration(gateways, secrets, (text) => void log.warn(text));
  if (secretsAreOpen()) void log.warn(OPEN);
  for (const { name, args, tailnets: plans } of gatewayPlans) {
    const gateway = new Gateway(name, args, options(name));
    const tailnets: Record<string, ConfiguredTailnet> = {};
    for (const { key, name: own, args: plain, parts } of plans) {
      const { socks, route, dns } = parts;
      const tailnet = new NetnsTailnet(own, { ...plain, gateway }, { parent: gateway });
      const bridge = route && new RouteBridge(own, { ...route, tailnet }, { parent: tailnet });
      // names lead to its routes, and would lead nowhere without them
      const after = bridge && { dependsOn: bridge };
      tailnets[key] = {
        tailnet,
        ...(socks && { socks: new SocksBridge(own, { ...socks, tailnet }, { parent: tailnet }) }),
        ...(bridge && { route: bridge }),
        ...(dns && { dns: new SuffixDns(own, { ...dns, tailnet }, { parent: tailnet, ...after }) }),
      };
    }
    made[name] = { gateway, tailnets };
  }
  return made;
}
