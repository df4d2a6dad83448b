import { checkGateway, type GatewaySettings } from "./arguments/gateway.ts";
import { checkTailnet, type TailnetSettings } from "./arguments/netns-tailnet.ts";
import { checkRoute, type RouteSettings } from "./arguments/route-bridge.ts";
import { checkSocks, type SocksSettings } from "./arguments/socks-bridge.ts";
import { withoutKeys } from "./arguments/ssh.ts";
import { checkSuffix, type SuffixSettings } from "./arguments/suffix-dns.ts";
import type { Entry, OwnClaim } from "./component.ts";
import { type GatewaySpec, renderGateway } from "./render/gateway.ts";
import { AUTH_KEY, type NetnsTailnetSpec, renderNetnsTailnet } from "./render/netns-tailnet.ts";
import { renderRouteBridge } from "./render/route-bridge.ts";
import { passwordKey } from "./render/server/logins.ts";
import { renderSocksBridge } from "./render/socks-bridge.ts";
import { renderSuffixDns } from "./render/suffix-dns.ts";

/** What the components of a tailnet are rendered for. */
export interface TailnetSite {
  readonly gateway: GatewaySpec;
  readonly tailnet: NetnsTailnetSpec;
}

/** The settings of each component that stands on a tailnet, by its place there in the configuration. */
export interface PartSettings {
  readonly socks: SocksSettings;
  readonly route: RouteSettings;
  readonly dns: SuffixSettings;
}

export type PartName = keyof PartSettings;

const noSecrets = () => ({});

export const GATEWAY: Entry<null, GatewaySettings> = {
  title: "Gateway",
  prefix: "gateway",
  standsOn: null,
  keyFrom: "name",
  check: (name, args, _on, at) => checkGateway(name, args, at),
  nameOnHost: () => null,
  claims: ({ ssh: { port }, spec: { dnsPort, onePort } }) => [
    { kind: "port", value: String(dnsPort), argument: "dnsPort" },
    ...(onePort === null
      ? []
      : [{ kind: "port", value: String(onePort.port), argument: "onePort.port" } as const]),
    // the firewall of a port that is sshd's, too, would cut the way to the host
    ...(typeof port === "number"
      ? [{ kind: "port", value: String(port), argument: "ssh.port" } as const]
      : []),
  ],
  inputs: ({ ssh, name, adopt, spec: { onePort, mirror, primaryAddress6, ...plain } }) => ({
    ...{ ssh: withoutKeys(ssh), name, adopt },
    ...plain,
    ...(primaryAddress6 !== null && { primaryAddress6 }),
    ...(onePort !== null && { onePort }),
    ...(mirror !== null && { mirror }),
  }),
  desired: ({ spec }) => renderGateway(spec),
  secrets: noSecrets,
};

export const TAILNET: Entry<GatewaySettings, TailnetSettings> = {
  title: "NetnsTailnet",
  prefix: "tailnet",
  standsOn: "gateway",
  keyFrom: "name",
  check: checkTailnet,
  nameOnHost: (_name, { spec }) => spec.name,
  claims: ({ spec }) => [{ kind: "veth", value: spec.veth.subnet, argument: "veth" }],
  inputs: ({
    spec: { veth, caCertificates, primaryInterface, uplink6: _, tailscaleVersion, corednsVersion, ...plain },
  }) => ({
    ...plain,
    veth: veth.subnet,
    ...(caCertificates !== null && { caCertificates }),
  }),
  desired: ({ spec }) => renderNetnsTailnet(spec),
  secrets: ({ authKey }) => (authKey === null ? noSecrets() : { [AUTH_KEY]: authKey }),
};

/** The components of a tailnet. The prefix of each is its place in the configuration. */
export const PARTS: { readonly [Name in PartName]: Entry<TailnetSite, PartSettings[Name]> } = {
  socks: {
    title: "SocksBridge",
    prefix: "socks",
    standsOn: "tailnet",
    keyFrom: "tailnet",
    check: (_name, args, site, at) => checkSocks(args, site, at),
    nameOnHost: nameOfTailnet,
    inputs: ({ port, maxSessions, server, users, onePortNames }) => ({
      ...{ port, maxSessions, server },
      ...(onePortNames.length > 0 && { onePortNames }),
      ...(users && { users: namesOf(users) }),
    }),
    claims: (settings, name, site) => [
      { kind: "port", value: String(settings.port), argument: "port" },
      ...settings.onePortNames.map((value): OwnClaim => {
        const tailnet = nameOfTailnet(name, settings, site);
        return { kind: "name", value, tailnet, argument: "onePortNames" };
      }),
    ],
    desired: (
      { users, ...plain },
      { tailnet, gateway: { primaryAddress, primaryAddress6, primaryInterface, clients, singBox } },
    ) =>
      renderSocksBridge({
        ...plain,
        users: namesOf(users ?? {}),
        tailnet: tailnet.name,
        link: tailnet.link,
        vethSubnet: tailnet.veth.subnet,
        primaryAddress,
        primaryAddress6,
        primaryInterface,
        clients,
        singBoxVersion: singBox.version,
      }),
    secrets: ({ users }) =>
      Object.fromEntries(
        Object.entries(users ?? {}).map(([user, password]) => [passwordKey(user), password]),
      ),
  },
  route: {
    title: "RouteBridge",
    prefix: "route",
    standsOn: "tailnet",
    keyFrom: "tailnet",
    check: (name, args, site, at) => checkRoute(name, args, site?.tailnet ?? null, at),
    nameOnHost: nameOfTailnet,
    inputs: ({ authKey, caCertificates, primary, ...plain }) => ({
      ...plain,
      ...(caCertificates !== undefined && { caCertificates }),
      ...(primary !== undefined && { primary }),
    }),
    claims: (settings, name, site) => [leadingTo(settings.site, nameOfTailnet(name, settings, site))],
    claimsOfAll: routeClaims,
    desired: ({ authKey, caCertificates = null, ...plain }, { tailnet }) =>
      renderRouteBridge({
        ...plain,
        caCertificates,
        tailnet: tailnet.name,
        vethSubnet: tailnet.veth.subnet,
        reach: tailnet.reach,
        tailscaleVersion: tailnet.tailscaleVersion,
      }),
    secretArguments: ["authKey"],
    secrets: ({ authKey }) => (authKey === undefined ? noSecrets() : { [AUTH_KEY]: authKey }),
  },
  dns: {
    title: "SuffixDns",
    prefix: "dns",
    standsOn: "tailnet",
    keyFrom: "tailnet",
    check: (name, args, site, at) => checkSuffix(site?.tailnet.name ?? name, args, at),
    nameOnHost: nameOfTailnet,
    inputs: ({ suffix, domains, site, machines }) => ({
      suffix,
      ...(domains.length > 0 && { domains }),
      ...(site !== undefined && { site, machines }),
    }),
    claims: (settings, name, on) => {
      const { suffix, domains, site } = settings;
      const tailnet = nameOfTailnet(name, settings, on);
      return [
        { kind: "suffix", value: suffix, tailnet, argument: "suffix" },
        ...domains.map(
          (value, index): OwnClaim => ({ kind: "suffix", value, tailnet, argument: `domains[${index}]` }),
        ),
        ...(site === undefined ? [] : [leadingTo(site, tailnet)]),
      ];
    },
    desired: (
      { site = null, ...plain },
      { tailnet: { name, veth, tailscaleVersion }, gateway: { primaryAddress, dnsPort } },
    ) => renderSuffixDns({ ...plain, tailnet: name, site, veth, tailscaleVersion, primaryAddress, dnsPort }),
    secrets: noSecrets,
  },
};

/** Names of a tailnet lead to the site of its routes, and no other. */
function leadingTo(site: number, tailnet: string): OwnClaim {
  return { kind: "leading", value: String(site), tailnet, argument: "site" };
}

/** Addresses in the primary tailnet, which lead to one tailnet, by whichever gateway. */
function routeClaims(name: string, settings: RouteSettings, site: TailnetSite | null): OwnClaim[] {
  const { loginServer, primary, networks, map, machines } = settings;
  const at = primary === undefined ? loginServer : `${primary} (${loginServer})`;
  const tailnet = [nameOfTailnet(name, settings, site), site?.tailnet.loginServer];
  const leadsTo = JSON.stringify([...tailnet, [...networks].sort(), Object.entries(map).sort(), machines]);
  const gateway = site?.gateway;
  return [
    { kind: "site", value: `${settings.site} at ${at}`, leadsTo, gateway, argument: "site" },
    ...Object.keys(map).map(
      (network): OwnClaim => ({
        kind: "mapped",
        value: `${network} at ${at}`,
        leadsTo,
        gateway,
        argument: `map.${network}`,
      }),
    ),
  ];
}

/** In one order, whatever that of the arguments: another one would restart the server. */
function namesOf(users: object): string[] {
  return Object.keys(users).sort();
}

function nameOfTailnet(name: string, _settings: unknown, site: TailnetSite | null): string {
  return site?.tailnet.name ?? name;
}

export const PART_NAMES: readonly PartName[] = Object.keys(PARTS).filter(isPartName);

/** Whether a key of a tailnet in the configuration is one of its components, and no argument. */
export function isPartName(key: string): key is PartName {
  return Object.hasOwn(PARTS, key);
}

/** All components, by the prefix of each. */
export const CATALOGUE = { gateway: GATEWAY, tailnet: TAILNET, ...PARTS };
