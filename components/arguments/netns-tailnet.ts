import type { Input } from "@pulumi/pulumi";
import { isAddress, parseNetwork } from "../render/ipv4.ts";
import { isAddress6 } from "../render/ipv6.ts";
import { CONFIG, FIREWALL, KERNEL_SCRIPT, STAMP_SCRIPT } from "../render/names.ts";
import type { NetnsTailnetSpec } from "../render/netns-tailnet.ts";
import { defaultVeth, vethOf } from "../render/place/veth.ts";
import type { GatewaySettings } from "./gateway.ts";
import { loginFields, loginProblems } from "./login.ts";
import { type Checked, check, withDefault } from "./values/check.ts";
import { network, resolver, route, vethNetwork } from "./values/network.ts";
import { group, list, shortName, text, yesOrNo } from "./values/plain.ts";
import { faultOf } from "./values/refusal.ts";

/** Arguments of a tailnet, its gateway aside. */
export interface TailnetArgs {
  /**
   * Name on the host: 1 to 11 lower-case letters, digits and hyphens, the first a letter; the interface
   * and the namespace are called `tsp-<name>`. @default the resource name
   */
  readonly name?: string;
  /**
   * Key that logs the node in (`tskey-auth-…`, `hskey-auth-…`). Kept secret, and used when the node is logged out, never
   * otherwise: it may be used up or expired while the node runs. A new one is stored for the next time. Needed unless
   * `browserLogin` is true.
   */
  readonly authKey?: Input<string>;
  /**
   * Log the node in with a browser instead of a key, as those must who cannot make one: `up` stops and names the page; once
   * the login is done there, the next `up` goes on. @default false
   */
  readonly browserLogin?: boolean;
  /** URL of the control server, by name or IPv4. @default "https://controlplane.tailscale.com" */
  readonly loginServer?: string;
  /** Name of the node in the tailnet. @default "<name of the gateway>-<name>" */
  readonly hostname?: string;
  /** Use the subnet routes that other nodes advertise. @default true */
  readonly acceptRoutes?: boolean;
  /** Use the tailnet's DNS settings. Without, names of its machines work and nothing else of it does. @default true */
  readonly acceptDns?: boolean;
  /** Networks behind the host to offer to the tailnet: IPv4 (CIDR), or 4via6. They are reachable as with `reach`. @default [] */
  readonly advertiseRoutes?: readonly string[];
  /** Send internet traffic of the SOCKS port through this node: its tailnet address or stable id, never its name. @default "" (none) */
  readonly exitNode?: string;
  /** Certificates (PEM) that this node trusts beside the host's, for a control server with a private CA. @default none */
  readonly caCertificates?: string;
  /**
   * IPv4 networks that the namespace may reach through the host: private ones, and those that the host is in. All others
   * of these, and the host itself, are closed; the address of a `loginServer` given as an address is open. An address of
   * the host itself is open for a `loginServer` alone. @default []
   */
  readonly reach?: readonly string[];
  /** Resolvers (IPv4) for the uplink of the namespace. @default those of the host, looked up at each start */
  readonly resolvers?: readonly string[];
  /** Private /30 between host and namespace. @default one of 10.200.0.0/16, always the same for a name */
  readonly veth?: string;
  /**
   * Give tailscaled no privilege on the host: its namespace belongs to a user namespace. Without, it has CAP_NET_ADMIN,
   * which reaches the host's other networks; for hosts that make no user namespaces. @default true
   */
  readonly userNamespace?: boolean;
  /** Seconds to wait for the first login, 5 to 600. @default 60 */
  readonly loginTimeout?: number;
}

/** @internal Checked arguments of a tailnet. */
export interface TailnetSettings {
  /** `null`: a browser logs the node in. */
  readonly authKey: Input<string> | null;
  readonly spec: NetnsTailnetSpec;
}

/** Where a tailnet has a directory of its name, the Gateway has these. */
const RESERVED = [KERNEL_SCRIPT, FIREWALL, STAMP_SCRIPT].map((path) => path.slice(`${CONFIG}/`.length));

const schema = group({
  name: shortName.refine((value) => !RESERVED.includes(value), {
    error: faultOf(`is taken: ${RESERVED.join(", ")} are files of the gateway`),
  }),
  ...loginFields,
  acceptRoutes: yesOrNo.default(true),
  acceptDns: yesOrNo.default(true),
  advertiseRoutes: list("a list of networks", route).default([]),
  exitNode: text("the tailnet address or the stable id of a node; names do not work", isExitNode).default(""),
  reach: list("a list of networks", network).default([]),
  resolvers: list("a list of addresses", resolver).default([]),
  veth: vethNetwork.optional(),
  userNamespace: yesOrNo.default(true),
});

/**
 * @internal
 * Looks at the arguments of a tailnet on a gateway.
 *
 * @param name of the resource, the default of `name`.
 * @param gateway `null` if its own arguments are wrong; then there are no settings.
 * @param at put before every path.
 */
export function checkTailnet(
  name: string,
  args: unknown,
  gateway: Pick<GatewaySettings, "name" | "spec"> | null,
  at = "",
): Checked<TailnetSettings> {
  const { settings, problems: found } = check(schema, withDefault(args, "name", name), at);
  const problems = [...found, ...loginProblems(args, at)];
  if (settings === null || gateway === null || problems.length > 0) return { settings: null, problems };
  const { authKey: key, veth, ...plain } = settings;
  const subnet = parseNetwork(veth ?? defaultVeth(plain.name));
  if (subnet === null) throw new Error(`no network for tailnet ${plain.name}`);
  const spec = {
    ...plain,
    loginServer: new URL(plain.loginServer).origin,
    hostname: plain.hostname ?? `${gateway.name}-${plain.name}`,
    caCertificates: plain.caCertificates ?? null,
    primaryInterface: gateway.spec.primaryInterface,
    uplink6: gateway.spec.uplink6,
    tailscaleVersion: gateway.spec.tailscale.version,
    corednsVersion: gateway.spec.coredns.version,
    veth: vethOf(subnet),
  };
  return { settings: { authKey: key ?? null, spec }, problems: [] };
}

/** Stable ids: `nXYZ…CNTRL` from Tailscale, a number from headscale. */
function isExitNode(value: string): boolean {
  return value === "" || isAddress(value) || isAddress6(value) || /^(?:\d+|n[A-Za-z0-9]+CNTRL)$/.test(value);
}
