import { releaseOf, releaseProblems } from "../releases/releases.ts";
import type { GatewaySpec } from "../render/gateway.ts";
import { asPrinted } from "../render/ipv6.ts";
import { TAILSCALE } from "../render/link/tailscale-network.ts";
import { corednsSchema, type ReleaseArgs, singBoxSchema, tailscaleSchema } from "./release.ts";
import { type SshArgs, type SshSettings, sshSchema } from "./ssh.ts";
import { type Checked, check, withDefault } from "./values/check.ts";
import { address, address6, anyNetwork, hostLabel, interfaceName, port } from "./values/network.ts";
import { group, list, whole, yesOrNo } from "./values/plain.ts";
import { faultOf } from "./values/refusal.ts";
import { url } from "./values/url.ts";

export interface GatewayArgs {
  readonly ssh: SshArgs;
  /** The host's IPv4 address in its primary tailnet (`tailscale ip -4`). SOCKS ports and DNS are found there. */
  readonly primaryAddress: string;
  /** Its IPv6 address there (`tailscale ip -6`): SOCKS ports and DNS are found there, too. @default none: by IPv4 only */
  readonly primaryAddress6?: string;
  /** Interface that holds it. @default "tailscale0" */
  readonly primaryInterface?: string;
  /** Namespaces reach the internet by IPv6, too: the host forwards it then, for them alone. @default false */
  readonly uplink6?: boolean;
  /** Beginning of the host names of the tailnets' nodes: a host label. @default the resource name */
  readonly name?: string;
  /** Port of the DNS server, 1 to 65535. Most clients can only use 53. @default 53 */
  readonly dnsPort?: number;
  /** Networks (CIDR) and addresses whose machines may use the gateway. @default those of Tailscale, 100.64.0.0/10 and fd7a:115c:a1e0::/48 */
  readonly clients?: readonly string[];
  /** Version that the namespaces run; the host's own is not touched. 1.102 or newer. */
  readonly tailscale?: ReleaseArgs;
  readonly coredns?: ReleaseArgs;
  /** sing-box, which serves the ports. 1.12 or newer. */
  readonly singBox?: ReleaseArgs;
  /**
   * One port that leads to every tailnet, by the names of its machines, for programs and devices that take one proxy only.
   * SOCKS5 and HTTP. Addresses are refused, since two tailnets may have the same. @default there is none
   */
  readonly onePort?: OnePortArgs;
  /**
   * Base URL of `tailscale/tailscale_<v>_<arch>.tgz`, `coredns/coredns_<v>_linux_<arch>.tgz` and
   * `sing-box/sing-box-<v>-linux-<arch>.tar.gz`. @default the official places
   */
  readonly mirror?: string;
  /** Take over files, units and masks that are on the host already, and a gateway whose state is lost. @default false */
  readonly adopt?: boolean;
}

/** Arguments of the port that leads to every tailnet. */
export interface OnePortArgs {
  /** TCP port on the primary address, 1 to 65535. */
  readonly port: number;
  /** Most connections at a time, 16 to 8192; more are refused. @default 512 */
  readonly maxSessions?: number;
}

/** @internal Checked arguments of a gateway. */
export interface GatewaySettings {
  readonly ssh: SshSettings;
  /** Beginning of the host names of the tailnets' nodes. */
  readonly name: string;
  readonly adopt: boolean;
  readonly spec: GatewaySpec;
}

const schema = group({
  ssh: sshSchema,
  primaryAddress: address,
  primaryAddress6: address6.transform(asPrinted).optional(),
  primaryInterface: interfaceName.default("tailscale0"),
  uplink6: yesOrNo.default(false),
  name: hostLabel.refine((value) => value.length <= 50, {
    error: faultOf("is too long; at most 50 characters"),
  }),
  dnsPort: port.default(53),
  clients: list("a list of networks", anyNetwork)
    .refine((networks) => networks.length > 0, { error: 'is empty; for example ["100.64.0.0/10"]' })
    .default([TAILSCALE.network4, TAILSCALE.network6]),
  tailscale: tailscaleSchema.optional(),
  coredns: corednsSchema.optional(),
  singBox: singBoxSchema.optional(),
  onePort: group({ port, maxSessions: whole("a number of connections", 16, 8192).default(512) }).optional(),
  mirror: url('an http or https URL without query, for example "https://mirror.example"', "path").optional(),
  adopt: yesOrNo.default(false),
});

/**
 * @internal
 * Looks at the arguments of a gateway.
 *
 * @param name of the resource, the default of `name`.
 * @param at put before every path.
 */
export function checkGateway(name: string, args: unknown, at = ""): Checked<GatewaySettings> {
  const { settings, problems } = check(schema, withDefault(args, "name", name), at);
  if (settings === null) return { settings, problems };
  const { ssh, adopt, mirror, name: hostPrefix, ...plain } = settings;
  const tailscale = releaseOf("tailscale", plain.tailscale);
  const coredns = releaseOf("coredns", plain.coredns);
  const singBox = releaseOf("singBox", plain.singBox);
  const missing = [
    ...releaseProblems("tailscale", tailscale, at),
    ...releaseProblems("coredns", coredns, at),
    ...releaseProblems("singBox", singBox, at),
  ];
  if (missing.length > 0) return { settings: null, problems: missing };
  const { onePort = null, primaryAddress6 = null } = plain;
  const spec = {
    ...plain,
    primaryAddress6,
    tailscale,
    coredns,
    singBox,
    onePort,
    mirror: mirror?.replace(/\/+$/, "") ?? null,
  };
  return { settings: { ssh, name: hostPrefix, adopt, spec }, problems: [] };
}
