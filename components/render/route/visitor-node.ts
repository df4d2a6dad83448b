import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { TAILSCALE } from "../link/tailscale-network.ts";
import type { Manner } from "../link/tailscaled-unit.ts";
import { KERNEL_SCRIPT, type TailnetNames, UPSTREAM_DNS } from "../names.ts";
import { kernelScripts } from "../place/kernel-script.ts";
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
}

/** Texts at their paths: the rules, and the scripts that load them. */
export function visitorRules({ tailnet, networks }: VisitorRules, names: TailnetNames): ReadFiles {
  const path: HostPath = `${names.config}/visitor.nft`;
  const rules = fill("route/visitor.nft", {
    tailnet,
    unit: names.units.route,
    program: KERNEL_SCRIPT,
    table: "tsproxy_route",
    shifted: SHIFTED,
    tailnet4: TAILSCALE.network4,
    resolver: TAILSCALE.resolver,
    link: TAILSCALE.interface,
    upstream: UPSTREAM_DNS,
    networks: [...networks, SHIFTED, TAILSCALE.network4].join(", "),
  });
  return { ...kernelScripts(TAILSCALE.interface), [path]: rules };
}

/** As root, in the network and with the mounts of the host. The control group stays the unit's, by which its packets are known. */
const SCRIPT = ["/usr/bin/nsenter", "-m/proc/1/ns/mnt", "-n/proc/1/ns/net", KERNEL_SCRIPT];

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
  const name = `${tailnet}:route`;
  const programs: HostPath = `/var/cache/${directory}`;
  const script = (what: string) => `+${command(...SCRIPT, what, name)}`;
  return {
    by: [],
    options: ["--tun=userspace-networking", `--port=${VISITOR_PORT}`],
    sandbox: SANDBOX,
    limits: { memory: "512M", tasks: 512 },
    lines: [
      ["ExecStartPre", script("up")],
      ["ExecReload", script("up")],
      ["ExecStopPost", `-${script("down")}`],
      ["IPAddressDeny", `${CLOSED} ${vethSubnet}`],
      ["IPAddressAllow", UPSTREAM_DNS],
      // Its buffers grow with what it carries, and are given back late: sooner where they come near the limit.
      ["Environment", "GOMEMLIMIT=320MiB"],
      // It has `ping` ask for its clients. Without a capability, programs cannot be started whose files bring one: a copy has none.
      ["ExecStartPre", `-${command("/bin/cp", "/usr/bin/ping", programs)}`],
      ["Environment", `PATH=${programs}:/usr/bin:/bin`],
    ],
    check: [KERNEL_SCRIPT, "check", name],
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
