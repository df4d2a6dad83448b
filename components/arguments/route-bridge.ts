import type { Input } from "@pulumi/pulumi";
import { isAddress, networkOf, overlap } from "../render/ipv4.ts";
import { TAILSCALE } from "../render/link/tailscale-network.ts";
import type { NetnsTailnetSpec } from "../render/netns-tailnet.ts";
import { PRIVATE } from "../render/ranges.ts";
import { loginFields, loginProblems } from "./login.ts";
import { type Checked, check } from "./values/check.ts";
import { network } from "./values/network.ts";
import { isOffered, mapProblems, NOT_OFFERED, networkMap } from "./values/network-map.ts";
import { group, list, text, whole, yesOrNo } from "./values/plain.ts";
import type { Problem } from "./values/problem.ts";

/** Arguments of routes into a tailnet, the tailnet itself aside. */
export interface RouteArgs {
  /**
   * Number by which the addresses of this tailnet are told apart in the primary one, 0 to 65535: no other tailnet there, of
   * any gateway, may have it. It stands in every address that clients use. Another gateway that offers the same of the same
   * tailnet is its backup, and has the same number.
   */
  readonly site: number;
  /**
   * IPv4 networks of the tailnet to offer. @default the private ones: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16; none where
   * there is a `map`
   */
  readonly networks?: readonly string[];
  /**
   * For clients that cannot use 4via6: IPv4 networks that the primary tailnet has nowhere else, by which others of the tailnet
   * are offered, of the same size. `{ "10.107.0.0/24": "10.0.0.0/24" }`: 10.107.0.50 there is 10.0.0.50 here. @default {}
   */
  readonly map?: Readonly<Record<string, string>>;
  /** Offer the tailnet's own machines (100.64.0.0/10, found at 240.64.0.0/10 of the site). @default true */
  readonly machines?: boolean;
  /** Key that logs the node in to the primary tailnet: secret, and used when it is logged out. Needed unless `browserLogin` is true. */
  readonly authKey?: Input<string> | undefined;
  /** Log the node in with a browser instead of a key. @default false */
  readonly browserLogin?: boolean;
  /** URL of the control server of the primary tailnet, by name or IPv4. @default "https://controlplane.tailscale.com" */
  readonly loginServer?: string;
  /**
   * A name for the primary tailnet, where a program has gateways in several at one control server: numbers of sites are
   * compared within one. Nothing on a host depends on it. @default none: there is one
   */
  readonly primary?: string | undefined;
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
  readonly map: Readonly<Record<string, string>>;
  readonly machines: boolean;
  readonly primary?: string | undefined;
  readonly browserLogin: boolean;
  /** URL without a path. */
  readonly loginServer: string;
  readonly hostname: string;
  readonly caCertificates?: string | undefined;
  readonly loginTimeout: number;
}

/** What is to be known of the tailnet. */
type Tailnet = Pick<NetnsTailnetSpec, "hostname" | "reach" | "veth">;

const offered = network.refine(isOffered, {
  error: ({ input }) =>
    `"${String(input)}" cannot be offered: ${NOT_OFFERED}, for which there is \`machines\``,
});

const schema = group({
  ...loginFields,
  site: whole("a number that no other tailnet has in the primary one", 0, 65535),
  networks: list("a list of networks", offered).optional(),
  map: networkMap.default({}),
  machines: yesOrNo.default(true),
  primary: text("a name of 1 to 63 letters, digits, dots and hyphens", isName).optional(),
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
  const { settings: read, problems: found } = check(schema, args, at);
  const settings = read && { ...read, networks: read.networks ?? defaultNetworks(read.map) };
  const problems = [
    ...found,
    ...loginProblems(args, at),
    ...(settings === null ? [] : nothingOffered(settings, at)),
    ...mapProblems(Reflect.get(Object(args), "map"), usedAsTheyAre(settings, tailnet), at),
    ...(settings === null ? [] : closedServer(settings, tailnet, at)),
  ];
  if (settings === null || problems.length > 0) return { settings: null, problems };
  const loginServer = new URL(settings.loginServer).origin;
  const hostname = settings.hostname ?? tailnet?.hostname ?? name;
  return { settings: { ...settings, loginServer, hostname }, problems };
}

/** Networks that are offered by a map are few, and not those that every site has. */
function defaultNetworks(map: Readonly<Record<string, string>>): readonly string[] {
  return Object.keys(map).length > 0 ? [] : PRIVATE;
}

function usedAsTheyAre(settings: Pick<RouteSettings, "networks"> | null, tailnet: Tailnet | null): string[] {
  return [...(settings?.networks ?? []), ...(tailnet === null ? [] : [tailnet.veth.subnet])];
}

function isName(value: string): boolean {
  return /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/.test(value);
}

function nothingOffered(
  { networks, map, machines }: Pick<RouteSettings, "networks" | "map" | "machines">,
  at: string,
): Problem[] {
  if (networks.length > 0 || machines || Object.keys(map).length > 0) return [];
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
  const isPrivate = [...PRIVATE, TAILSCALE.network4].some((range) => overlap(networkOf(range), server));
  const isOpen = tailnet.reach.some((range) => overlap(networkOf(range), server));
  if (!isPrivate || isOpen) return [];
  const text = `"${loginServer}" is a private address, which the namespace of the tailnet does not reach: list ${hostname} in the tailnet's \`reach\``;
  return [{ path: `${at}loginServer`, text }];
}
