import { type Desired, NOTHING } from "../../providers/engine/kinds/desired.ts";
import type { FileSpec } from "../../providers/engine/kinds/file.ts";
import type { KernelObject } from "../../providers/engine/kinds/kernel-object.ts";
import type { HostPath } from "../../providers/engine/kinds/names.ts";
import { text, withUnits } from "./desired.ts";
import { corednsDirectory, tailscaleDirectory } from "./downloads.ts";
import { firewall } from "./firewall.ts";
import { isAddress } from "./ipv4.ts";
import { kernelScript } from "./kernel-script.ts";
import { KERNEL_SCRIPT, TAILNET_DNS, type TailnetNames, tailnetNames } from "./names.ts";
import { nodeConfig } from "./node-config.ts";
import { tailnetDns } from "./tailnet-dns.ts";
import { fill } from "./template.ts";
import { netnsUnit } from "./units/netns.ts";
import { netnsDnsUnit } from "./units/netns-dns.ts";
import { onlineUnit } from "./units/online.ts";
import { credential, tailscaledUnit } from "./units/tailscaled.ts";
import type { Veth } from "./veth.ts";

/** A tailnet with every default filled in. */
export interface NetnsTailnetSpec {
  /** Name on the host. */
  readonly name: string;
  /** Interface of the host's primary tailnet, closed to this one. */
  readonly primaryInterface: string;
  readonly tailscaleVersion: string;
  readonly corednsVersion: string;
  readonly veth: Veth;
  /** URL of the control server. */
  readonly loginServer: string;
  readonly hostname: string;
  readonly acceptRoutes: boolean;
  readonly acceptDns: boolean;
  /** CIDRs: IPv4 networks behind the host, or 4via6 networks. */
  readonly advertiseRoutes: readonly string[];
  /** Address or stable id of an exit node; empty: none. */
  readonly exitNode: string;
  /** PEM, trusted by this node beside the host's own certificates; `null`: none. */
  readonly caCertificates: string | null;
  /** Private IPv4 networks that the namespace may reach through the host. */
  readonly reach: readonly string[];
  /** IPv4 resolvers of the uplink; empty: those that the host uses. */
  readonly resolvers: readonly string[];
  /** Seconds. */
  readonly loginTimeout: number;
}

/** Key of the auth key among the secrets of the resource. */
export const AUTH_KEY = "authKey";

/** Key of the probe that asks this tailnet's node. */
export const TAILNET_PROBE = "tailnet";

/** A namespace with its own tailscaled and resolver. */
export function renderNetnsTailnet(spec: NetnsTailnetSpec): Desired {
  const names = tailnetNames(spec.name);
  const programs = tailscaleDirectory(spec.tailscaleVersion);
  const paths = pathsOf(names);
  const node = nodeConfig(spec, credential(names));
  const certificates: Record<HostPath, FileSpec> =
    spec.caCertificates === null ? {} : { [`${paths.certificates}/extra.pem`]: text(spec.caCertificates) };
  const netns = netnsConf(spec, names);
  const dns = dnsFiles(spec, names);
  const { files, units } = withUnits([
    netnsUnit({
      name: spec.name,
      names,
      readAtStart: [spec.veth.subnet],
      readOnReload: [kernelScript(), firewall(spec.primaryInterface), netns],
    }),
    tailscaledUnit({
      name: spec.name,
      names,
      programs,
      config: paths.node,
      authKey: paths.authKey,
      certificates: spec.caCertificates === null ? null : paths.certificates,
      readAtStart: [spec.loginServer, spec.caCertificates ?? ""],
      readOnReload: [node],
    }),
    onlineUnit({
      name: spec.name,
      names,
      tailscale: `${programs}/tailscale`,
      loginTimeout: spec.loginTimeout,
    }),
    netnsDnsUnit({
      name: spec.name,
      names,
      coredns: `${corednsDirectory(spec.corednsVersion)}/coredns`,
      corefile: paths.corefile,
      readAtStart: [tailnetDns(), dns.corefile, dns.rest, ...spec.resolvers],
    }),
  ]);
  return {
    ...NOTHING,
    files: {
      ...files,
      ...certificates,
      [paths.netns]: text(netns),
      [paths.node]: text(node),
      [paths.authKey]: { mode: "0600", content: { secret: AUTH_KEY } },
      [paths.corefile]: text(dns.corefile),
      // The name sorts first and cannot be a zone's.
      [`${paths.zones}/00-rest.zone`]: text(dns.rest),
    },
    units,
    kernel: { [names.units.netns]: kernelObjects(names, spec.veth) },
    requirements: [{ kind: "firewalls", interface: names.netns }],
    probes: {
      [TAILNET_PROBE]: {
        kind: "tailnet",
        socket: names.socket,
        unit: names.units.tailscaled,
        healthy: true,
      },
    },
    leave: {
      kind: "tailnet-logout",
      program: `${programs}/tailscale`,
      socket: names.socket,
      config: paths.node,
      from: spec.loginServer,
      unit: names.units.tailscaled,
      deadlineSeconds: 30,
    },
  };
}

/** What the script in the kernel would take for its own, if it were there. */
function kernelObjects({ netns, table }: TailnetNames, { subnet }: Veth): KernelObject[] {
  return [
    `namespace ${netns}`,
    `interface ${netns}`,
    `table inet ${table}`,
    `rule 5200 to ${subnet}`,
    `rule 5201 iif ${netns}`,
  ];
}

function pathsOf({ config }: TailnetNames) {
  return {
    netns: `${config}/netns.conf`,
    node: `${config}/node.json`,
    authKey: `${config}/authkey`,
    certificates: `${config}/ca`,
    corefile: `${config}/Corefile`,
    zones: `${config}/zones.d`,
  } as const;
}

function netnsConf(spec: NetnsTailnetSpec, names: TailnetNames): string {
  const server = new URL(spec.loginServer).hostname;
  return fill("netns.conf", {
    ...names,
    ...spec.veth,
    program: KERNEL_SCRIPT,
    resolvers: spec.resolvers.join(" "),
    forwarding: spec.advertiseRoutes.length > 0 ? 1 : 0,
    // A name is looked up by tailscaled; where it leads is not known here.
    server: isAddress(server) ? server : "",
    reach: spec.reach.join(" "),
    advertised: spec.advertiseRoutes.filter((route) => !route.includes(":")).join(" "),
  });
}

function dnsFiles({ name, veth, acceptDns }: NetnsTailnetSpec, { config, run }: TailnetNames) {
  return {
    corefile: fill("netns.Corefile", {
      name,
      inside: veth.inside,
      zones: `${config}/zones.d`,
      common: TAILNET_DNS,
      resolvers: `${run}/resolv.conf`,
    }),
    rest: fill("netns.rest", { upstream: acceptDns ? "100.100.100.100" : `${run}/resolv.conf` }),
  };
}
