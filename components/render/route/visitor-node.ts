import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { isAddress, networkOf } from "../ipv4.ts";
import { TAILSCALE } from "../link/tailscale-network.ts";
import type { Manner } from "../link/tailscaled-unit.ts";
import { KERNEL_SCRIPT, type TailnetNames, UPSTREAM_DNS, VISITOR_WORD } from "../names.ts";
import { broughtAlong } from "../place/in-kernel.ts";
import { kernelScripts } from "../place/kernel-script.ts";
import type { ServerAddress } from "../place/namespace.ts";
import { SHIFTED, VISITOR_PORT } from "../place/visitor.ts";
import { fill } from "../template.ts";
import { UNPRIVILEGED_CALLS } from "../unit/sandbox.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { command, type Entry } from "../unit/text.ts";

/** Rules that keep a node of the primary tailnet to its ways in the namespace of another one. */
export interface VisitorRules {
  /** Name of the tailnet on the host. */
  readonly tailnet: string;
  /** IPv4 networks that it reaches by the link there, and in no other way. */
  readonly networks: readonly string[];
  /** Networks that it offers in place of others, of the same size, by those that they stand for. */
  readonly map: Readonly<Record<string, string>>;
  /** The control server of its own tailnet. Known by name, it may be at any address of which `reach` has a single one. */
  readonly server: ServerAddress;
  /** Private IPv4 networks that the namespace may reach through the host. */
  readonly reach: readonly string[];
}

/** Texts at their paths: the rules, what their script wants to know, and the scripts that load them. */
export function visitorRules(visitor: VisitorRules, names: TailnetNames): ReadFiles {
  const { tailnet, map, server } = visitor;
  const networks = byLink(visitor);
  const servers = serverAddresses(visitor);
  const rules = fill("route/visitor.nft", {
    tailnet,
    unit: names.units.route,
    program: KERNEL_SCRIPT,
    table: "tsproxy_route",
    shifts: Object.entries({ [SHIFTED]: TAILSCALE.network4, ...map }).map(([offered, meant]) => ({
      offered,
      meant,
    })),
    resolver: TAILSCALE.resolver,
    link: TAILSCALE.interface,
    upstream: UPSTREAM_DNS,
    networks: [...networks, SHIFTED, TAILSCALE.network4].join(", "),
    port: VISITOR_PORT,
    server: servers.join(", "),
    serverPort: server.port,
  });
  const settings = fill("place/visitor.conf", {
    program: KERNEL_SCRIPT,
    servers: servers.join(" "),
    port: server.port,
    networks: networks.join(" "),
    mapped: Object.keys(map).join(" "),
  });
  const paths: Record<"nft" | "conf", HostPath> = {
    nft: `${names.config}/visitor.nft`,
    conf: `${names.config}/visitor.conf`,
  };
  return { ...kernelScripts(TAILSCALE.interface), [paths.nft]: rules, [paths.conf]: settings };
}

/** What it offers, and what that stands for. */
function byLink({ networks, map }: VisitorRules): string[] {
  return [...new Set([...networks, ...Object.values(map), ...Object.keys(map)])];
}

/** Where its control server may be, of what the uplink leads to and the tailnet has, too. */
function serverAddresses({ server: { host }, reach }: VisitorRules): readonly string[] {
  return isAddress(host) ? [host] : reach.filter((network) => networkOf(network).prefix === 32);
}

/** Addresses that are of no use to it, should the rules be flushed; systemd keeps it from them where the kernel has BPF. */
const CLOSED = `localhost link-local multicast ${TAILSCALE.resolver}`;

/**
 * Without an interface: the node opens its clients' connections itself, as any program in the namespace does, and needs no
 * privilege.
 *
 * @param tailnet name on the host
 * @param vethSubnet the /30 between the host and the namespace
 * @param names of the node, see `routeNames`
 */
export function visitor(tailnet: string, vethSubnet: string, { directory }: TailnetNames): Manner {
  const {
    lines: rules,
    check,
    requirements,
  } = broughtAlong(
    `${tailnet}:${VISITOR_WORD}`,
    "leave the RouteBridge out: a SocksBridge reaches the tailnet as well",
  );
  const programs: HostPath = `/var/cache/${directory}`;
  return {
    by: [],
    options: ["--tun=userspace-networking", `--port=${VISITOR_PORT}`],
    sandbox: SANDBOX,
    limits: { memory: "512M", tasks: 512 },
    lines: [
      ...rules,
      ["IPAddressDeny", `${CLOSED} ${vethSubnet}`],
      ["IPAddressAllow", UPSTREAM_DNS],
      // Its buffers grow with what it carries, and are given back late: sooner where they come near the limit.
      ["Environment", "GOMEMLIMIT=320MiB"],
      // It has `ping` ask for its clients. Without a capability, programs cannot be started whose files bring one: a copy has none.
      ["ExecStartPre", `-${command("/bin/cp", "/usr/bin/ping", programs)}`],
      ["Environment", `PATH=${programs}:/usr/bin:/bin`],
    ],
    whenOnline: [],
    check,
    requirements,
  };
}

const SANDBOX: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["CapabilityBoundingSet", ""],
  ["RestrictNamespaces", "yes"],
  ["PrivateDevices", "yes"],
  ["ProtectKernelTunables", "yes"],
  ...UNPRIVILEGED_CALLS,
  // `ping` gives up rights that it does not have here.
  ["SystemCallFilter", "capset setuid"],
];
