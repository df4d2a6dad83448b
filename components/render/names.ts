import type { HostPath, UnitName } from "../../providers/engine/kinds/names.ts";

/** Range of the default veth networks. */
export const VETH_RANGE = "10.200.0.0/16";

/** What the tables of doors begin with; no tailnet's own table begins with two underscores. */
export const DOOR_TABLE_PREFIX = "tsproxy__";

/** What the interfaces and network namespaces of all tailnets begin with. */
export const NETNS_PREFIX = "tsp-";

/** Where tailscaled finds a resolver for what its tailnet does not answer; no other process asks there. */
export const UPSTREAM_DNS = "127.0.0.2";

/** Configuration files: the Gateway's own, and a directory per tailnet. */
export const CONFIG: HostPath = "/etc/tsproxy";

/** Where the host's CoreDNS finds the zones that tailnets bring. */
export const HOST_ZONES: HostPath = `${CONFIG}/zones.d`;

/** Snippets for the resolvers inside all namespaces. */
export const TAILNET_DNS: HostPath = `${CONFIG}/tailnet.Corefile`;

/** The Gateway's script that makes, checks and removes what it and all tailnets have in the kernel. */
export const KERNEL_SCRIPT: HostPath = `${CONFIG}/kernel`;

/** Parts of it: what the host's own network is like, what makes a namespace, and what keeps a server and a visiting node there. */
export const UPLINK_SCRIPT: HostPath = `${CONFIG}/uplink.sh`;
export const NAMESPACE_SCRIPT: HostPath = `${CONFIG}/namespace.sh`;
export const GUARD_SCRIPT: HostPath = `${CONFIG}/guard.sh`;
export const VISITOR_SCRIPT: HostPath = `${CONFIG}/visitor.sh`;

/** The Gateway's script with which every unit notes what it was started with. */
export const STAMP_SCRIPT: HostPath = `${CONFIG}/stamp`;

/** The Gateway's script that follows the domain of a tailnet. The name cannot be a tailnet's. */
export const DOMAIN_SCRIPT: HostPath = `${CONFIG}/@domain`;

/** The Gateway's script by which a node is logged in, and waited for. The name cannot be a tailnet's. */
export const LOGIN_SCRIPT: HostPath = `${CONFIG}/@login`;

/** The Gateway's script that looks for a tailnet's way to its control server. The name cannot be a tailnet's. */
export const WAY_OUT_SCRIPT: HostPath = `${CONFIG}/@way-out`;

/** Rules of the tables of all tailnets, for `KERNEL_SCRIPT`. */
export const FIREWALL: HostPath = `${CONFIG}/firewall`;

/** Read by systemd-networkd when it starts, before what the host has of its own. */
export const NETWORKD_FILE: HostPath = "/etc/systemd/network/00-tsproxy.network";

/** What that script calls the Gateway; no tailnet can be called so. */
export const KERNEL_GATEWAY = "@gateway";

/** Runtime files: stamps of units, and a directory per tailnet. */
export const RUN: HostPath = "/run/tsproxy";

/**
 * What the units of sandboxed processes begin with. Those that work in the kernel begin with `tsproxy_`:
 * a private mount namespace would keep /run/netns/… to itself. No tailnet's name has an underscore.
 */
export const SANDBOXED = "tsproxy-";

/** Read by systemd with every unit whose name begins with `SANDBOXED`. */
export const SANDBOX_FILE: HostPath = `/etc/systemd/system/${SANDBOXED}.service.d/zzzz-sandbox.conf`;

/** Word of the unit of a node of another tailnet in a namespace. */
export const VISITOR_WORD = "route";

export const FORWARDING_UNIT: UnitName = "tsproxy_forwarding.service";
/** Units that have tables on the host beside the Gateway's: namespaces and doors. None that cannot be reloaded is among them. */
export const FIREWALL_UNITS = [
  "tsproxy_netns-*.service",
  "tsproxy_socks-*.service",
  "tsproxy_oneport-*.service",
];
export const WATCH_UNIT: UnitName = "tsproxy_watch.service";
export const HOST_DNS_UNIT: UnitName = "tsproxy-dns.service";

/** Everything that belongs to one tailnet on its host and is called after it. */
export interface TailnetNames {
  /** Network namespace, and the host's end of its veth pair: `tsp-work`. */
  readonly netns: string;
  /** The namespace as systemd wants it: `/run/netns/tsp-work`. */
  readonly netnsPath: HostPath;
  /** nftables table on the host: `tsproxy_work`. */
  readonly table: string;
  /** Configuration: `/etc/tsproxy/work`. */
  readonly config: HostPath;
  /** Runtime files made by the namespace's unit: `/run/tsproxy/work`. */
  readonly run: HostPath;
  /** Rules for the resolver that follow from the tailnet's domain: `/run/tsproxy/work/names`. */
  readonly rules: HostPath;
  /** Below /run and /var/lib, tailscaled's own: `tsproxy-work`. */
  readonly directory: string;
  /** Below /run, that of the namespace's unit: `tsproxy_netns-work`. */
  readonly netnsDirectory: string;
  /** A user namespace that the network namespace belongs to: `/run/tsproxy/work/user`. */
  readonly userNamespace: HostPath;
  /** User that systemd makes up for tailscaled, and for what may ask it: `tsproxy-work-tailscaled`. */
  readonly user: string;
  /** tailscaled's socket. */
  readonly socket: HostPath;
  readonly units: {
    readonly netns: UnitName;
    readonly tailscaled: UnitName;
    readonly online: UnitName;
    readonly dns: UnitName;
    readonly socks: UnitName;
    readonly relay: UnitName;
    readonly relaySocket: UnitName;
    /** The firewall of the SOCKS port. */
    readonly socksDoor: UnitName;
    readonly suffix: UnitName;
    readonly domain: UnitName;
    /** A node of the primary tailnet that offers it this one's networks; and what logs that node in. */
    readonly route: UnitName;
    readonly routeOnline: UnitName;
    /** Follows which machines the tailnet has. */
    readonly machines: UnitName;
  };
}

/** Names for the tailnet called `name` on its host. */
export function tailnetNames(name: string): TailnetNames {
  const directory = `tsproxy-${name}`;
  return {
    netns: `${NETNS_PREFIX}${name}`,
    netnsPath: `/run/netns/${NETNS_PREFIX}${name}`,
    table: `tsproxy_${name.replaceAll("-", "_")}`,
    config: `${CONFIG}/${name}`,
    run: `${RUN}/${name}`,
    rules: `${RUN}/${name}/names`,
    directory,
    netnsDirectory: `tsproxy_netns-${name}`,
    userNamespace: `${RUN}/${name}/user`,
    user: `${directory}-tailscaled`,
    socket: `/run/${directory}/tailscaled.sock`,
    units: {
      netns: `tsproxy_netns-${name}.service`,
      tailscaled: tailnetUnit(name, "tailscaled"),
      online: tailnetUnit(name, "online"),
      dns: tailnetUnit(name, "dns"),
      socks: tailnetUnit(name, "socks"),
      relay: tailnetUnit(name, "relay"),
      relaySocket: tailnetUnit(name, "relay", "socket"),
      socksDoor: `tsproxy_socks-${name}.service`,
      suffix: tailnetUnit(name, "suffix"),
      domain: tailnetUnit(name, "domain"),
      route: tailnetUnit(name, VISITOR_WORD),
      routeOnline: tailnetUnit(name, "routeonline"),
      machines: tailnetUnit(name, "machines"),
    },
  };
}

/** The same place, with what belongs to the node of the primary tailnet there instead of the tailnet's own. */
export function routeNames(names: TailnetNames): TailnetNames {
  const { directory, config, units } = names;
  const own = `${directory}_route`;
  return {
    ...names,
    config: `${config}/route`,
    directory: own,
    user: `${directory}-route`,
    socket: `/run/${own}/tailscaled.sock`,
    units: { ...units, tailscaled: units.route, online: units.routeOnline },
  };
}

/**
 * `tsproxy-work-socks.service`: the unit of a tailnet whose word is `socks`.
 *
 * @param word lower-case letters and digits. A tailnet's name may have hyphens, so a word must not: `http-relay` of
 *   tailnet `work` would be `relay` of tailnet `work-http`.
 */
export function tailnetUnit(tailnet: string, word: string, type: "service" | "socket" = "service"): UnitName {
  if (!/^[a-z0-9]+$/.test(word))
    throw new Error(`"${word}" is no word for a unit: lower-case letters and digits only`);
  return `tsproxy-${tailnet}-${word}.${type}`;
}
