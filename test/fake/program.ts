import { checkGateway, type GatewaySettings } from "../../components/arguments/gateway.ts";
import { checkTailnet, type TailnetSettings } from "../../components/arguments/netns-tailnet.ts";
import type { Checked } from "../../components/arguments/problem.ts";
import { readConfiguration, type TailnetPlan } from "../../components/configuration.ts";
import { renderGateway } from "../../components/render/gateway.ts";
import { AUTH_KEY, renderNetnsTailnet } from "../../components/render/netns-tailnet.ts";
import { renderSocksBridge } from "../../components/render/socks-bridge.ts";
import { renderSuffixDns } from "../../components/render/suffix-dns.ts";
import type { Desired } from "../../providers/engine/kinds/desired.ts";
import type { HostStateInputs } from "../../providers/engine/pulumi/inputs.ts";
import type { Connection } from "../../providers/engine/state/outputs.ts";

/** A HostState as a program registers it. */
export interface Registration {
  /** Of the resource in the program. */
  readonly name: string;
  readonly inputs: HostStateInputs<Connection>;
  /** Names of those that must be there before it. */
  readonly dependsOn: readonly string[];
}

/** Value of `tsproxy:gateways`. */
export type Gateways = Readonly<Record<string, unknown>>;
/** Value of `tsproxy:secrets`. */
export type GivenSecrets = Readonly<Record<string, string>>;

/**
 * The HostStates of the ready-made program with that configuration, in the order in which it registers them: what
 * `gatewaysFrom` makes of it, without Pulumi.
 *
 * @throws ArgumentsError as the program does.
 */
export function registrationsOf(gateways: Gateways, secrets: GivenSecrets): Registration[] {
  return readConfiguration(gateways, secrets).flatMap(({ name, args, tailnets }) => {
    const gateway = settingsOf(checkGateway(name, args));
    const host = `${name}-gateway`;
    return [
      registration(gateway, { name: host, key: "gateway", desired: renderGateway(gateway.spec) }),
      ...tailnets.flatMap((plan) => ofTailnet(gateway, host, plan)),
    ];
  });
}

function ofTailnet(gateway: GatewaySettings, host: string, plan: TailnetPlan): Registration[] {
  const { authKey, spec } = settingsOf<TailnetSettings>(checkTailnet(plan.key, plan.args, gateway));
  if (typeof authKey !== "string") throw new Error(`${plan.name}: the auth key is not known yet`);
  const { primaryAddress, clients, dnsPort } = gateway.spec;
  const tailnet = `${plan.name}-tailnet`;
  const { name, veth } = spec;
  const socks = plan.socks && {
    tailnet: name,
    vethSubnet: veth.subnet,
    primaryAddress,
    clients,
    ...plan.socks,
  };
  const dns = plan.dns && { tailnet: name, veth, primaryAddress, dnsPort, suffix: plan.dns.suffix ?? name };
  return [
    registration(gateway, {
      name: tailnet,
      key: `tailnet-${name}`,
      desired: renderNetnsTailnet(spec),
      secrets: { [AUTH_KEY]: authKey },
      after: host,
    }),
    ...(socks
      ? [
          registration(gateway, {
            name: `${plan.name}-socks`,
            key: `socks-${name}`,
            desired: renderSocksBridge(socks),
            after: tailnet,
          }),
        ]
      : []),
    ...(dns
      ? [
          registration(gateway, {
            name: `${plan.name}-dns`,
            key: `dns-${name}`,
            desired: renderSuffixDns(dns),
            after: tailnet,
          }),
        ]
      : []),
  ];
}

interface Parts {
  readonly name: string;
  readonly key: string;
  readonly desired: Desired;
  readonly secrets?: GivenSecrets;
  readonly after?: string;
}

function registration(
  { ssh, adopt }: GatewaySettings,
  { name, key, desired, secrets = {}, after }: Parts,
): Registration {
  if (typeof ssh.host !== "string" || typeof ssh.hostKey !== "string")
    throw new Error(`${name}: the host is not known yet`);
  return {
    name,
    inputs: {
      connection: { host: ssh.host, hostKey: ssh.hostKey },
      identity: { project: "home", stack: "test", key, sweeps: key === "gateway" },
      desired,
      secrets,
      adopt,
      __provider: "exports.handler = …",
    },
    dependsOn: after === undefined ? [] : [after],
  };
}

function settingsOf<S>({ settings, problems }: Checked<S>): S {
  if (settings === null) throw new Error(problems.map(({ path, text }) => `${path} ${text}`).join("\n"));
  return settings;
}
