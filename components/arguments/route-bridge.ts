import type { Input } from "@pulumi/pulumi";
import { isAddress, networkOf, overlap, parseNetwork } from "../render/ipv4.ts";
import type { NetnsTailnetSpec } from "../render/netns-tailnet.ts";
import { loginFields, loginProblems } from "./login.ts";
import { type Checked, check } from "./values/check.ts";
import { network } from "./values/network.ts";
import { group, list, whole, yesOrNo } from "./values/plain.ts";
import type { Problem } from "./values/problem.ts";

/** Arguments of routes into a tailnet, the tailnet itself aside. */
export interface RouteArgs {
  /**
   * Number by which the addresses of this tailnet are told apart in the primary one, 0 to 65535: no other tailnet there, of
   * any gateway, may have it. It stands in every address that clients use.
   */
  readonly site: number;
  /** IPv4 networks of the tailnet to offer. @default the private ones: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 */
  readonly networks?: readonly string[];
  /** Offer the tailnet's own machines (100.64.0.0/10, found at 240.64.0.0/10 of the site). @default true */
  readonly machines?: boolean;
  /** Key that logs the node in to the primary tailnet: secret, and used when it is logged out. Needed unless `browserLogin` is true. */
  readonly authKey?: Input<string> | undefined;
  /** Log the node in with a browser instead of a key. @default false */
  readonly browserLogin?: boolean;
  /** URL of the control server of the primary tailnet. @default "https://controlplane.tailscale.com" */
  readonly loginServer?: string;
  /** Name of the node in the primary tailnet. @default that of the tailnet's own node */
  readonly hostname?: string;
  /** Certificates (PEM) that the node trusts beside the host's, for a control server with a private CA. @default none */
  readonly caCertificates?: string | undefined;
  /** Seconds to wait for the first login, 5 to 600. @default 60 */
  readonly loginTimeout?: number;
}

/** @internal Checked arguments of routes into a tailnet. */
export interface RouteSettings {
  /** Without: a browser logs the node in. */
  readonly authKey?: Input<string> | undefined;
  readonly site: number;
  readonly networks: readonly string[];
  readonly machines: boolean;
  readonly browserLogin: boolean;
  /** URL without a path. */
  readonly loginServer: string;
  readonly hostname: string;
  readonly caCertificates?: string | undefined;
  readonly loginTimeout: number;
}

const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

/** What is to be known of the tailnet. */
type Tailnet = Pick<NetnsTailnetSpec, "hostname" | "reach">;

/** What Tailscale forwards to no one, and what is no network of machines elsewhere. */
const NEVER = ["0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"].map(networkOf);

const offered = network.refine(isOffered, {
  error: ({ input }) =>
    `"${String(input)}" cannot be offered: loopback, link-local, multicast and reserved addresses, and 100.64.0.0/10, for which there is \`machines\``,
});

const schema = group({
  ...loginFields,
  site: whole("a number that no other tailnet has in the primary one", 0, 65535),
  networks: list("a list of networks", offered).default(PRIVATE),
  machines: yesOrNo.default(true),
});

/**
 * @internal
 * Looks at the arguments of routes into a tailnet.
 *
 * @param tailnet `null` if its own arguments are wrong.
 * @param at put before every path.
 */
export function checkRoute(
  name: string,
  args: unknown,
  tailnet: Tailnet | null,
  at = "",
): Checked<RouteSettings> {
  const { settings, problems: found } = check(schema, args, at);
  const problems = [
    ...found,
    ...loginProblems(args, at),
    ...(settings === null ? [] : [...nothingOffered(settings, at), ...closedServer(settings, tailnet, at)]),
  ];
  if (settings === null || problems.length > 0) return { settings: null, problems };
  const loginServer = new URL(settings.loginServer).origin;
  const hostname = settings.hostname ?? tailnet?.hostname ?? name;
  return { settings: { ...settings, loginServer, hostname }, problems };
}

/** What is no network at all was said before. */
function isOffered(value: string): boolean {
  const parsed = parseNetwork(value);
  return parsed === null || !NEVER.some((range) => overlap(range, parsed));
}

function nothingOffered(
  { networks, machines }: { readonly networks: readonly string[]; readonly machines: boolean },
  at: string,
): Problem[] {
  if (networks.length > 0 || machines) return [];
  return [{ path: `${at}networks`, text: "is empty, and machines is false: nothing would be offered" }];
}

/** The namespace reaches no private address that is not listed, and the node is in it. */
function closedServer(
  { loginServer }: { readonly loginServer: string },
  tailnet: Tailnet | null,
  at: string,
): Problem[] {
  const { hostname } = new URL(loginServer);
  if (tailnet === null || !isAddress(hostname)) return [];
  const server = networkOf(hostname);
  const isPrivate = [...PRIVATE, "100.64.0.0/10"].some((range) => overlap(networkOf(range), server));
  const isOpen = tailnet.reach.some((range) => overlap(networkOf(range), server));
  if (!isPrivate || isOpen) return [];
  const text = `"${loginServer}" is a private address, which the namespace of the tailnet does not reach: list ${hostname} in the tailnet's \`reach\``;
  return [{ path: `${at}loginServer`, text }];
}
