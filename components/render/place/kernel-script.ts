import {
  CONFIG,
  DOOR_TABLE_PREFIX,
  FIREWALL,
  FIREWALL_UNITS,
  GUARD_SCRIPT,
  KERNEL_GATEWAY,
  KERNEL_SCRIPT,
  NAMESPACE_SCRIPT,
  NETNS_PREFIX,
  RUN,
  UPLINK_SCRIPT,
  VISITOR_SCRIPT,
  VISITOR_WORD,
} from "../names.ts";
import { fill } from "../template.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { NOT_INTERNET_PATTERN } from "./firewall.ts";
import { VETH6_RANGE } from "./veth.ts";
import { SHIFTED, VISITOR_PORT } from "./visitor.ts";

/** Where a host says which resolvers it uses, the best first. */
const RESOLV_CONFS = [
  "/run/systemd/resolve/resolv.conf",
  "/etc/resolv.conf",
  "/etc/resolv.pre-tailscale-backup.conf",
];

/** Routing table in which a link puts the routes of its tailnet. */
const ROUTES = 52;

/** How often what the kernel holds is compared with what was made. */
const WATCH_SECONDS = 20;

/**
 * The script at `KERNEL_SCRIPT` and its parts, which are the Gateway's: what every unit reads that has something in the
 * kernel.
 *
 * @param link name of the interface that a link makes in a namespace.
 */
export function kernelScripts(link: string): ReadFiles {
  const view = {
    config: CONFIG,
    run: RUN,
    gateway: KERNEL_GATEWAY,
    program: KERNEL_SCRIPT,
    firewall: FIREWALL,
    uplink: UPLINK_SCRIPT,
    namespace: NAMESPACE_SCRIPT,
    guard: GUARD_SCRIPT,
    visitor: VISITOR_SCRIPT,
    route: VISITOR_WORD,
    onHost: FIREWALL_UNITS.map((units) => `'${units}'`).join(" "),
    shifted: SHIFTED,
    visitorPort: VISITOR_PORT,
    netnsPrefix: NETNS_PREFIX,
    doorTablePrefix: DOOR_TABLE_PREFIX,
    resolvConfs: RESOLV_CONFS.join(" "),
    network6: VETH6_RANGE,
    seconds: WATCH_SECONDS,
    notInternet: NOT_INTERNET_PATTERN,
    routes: ROUTES,
    link,
  };
  return {
    [KERNEL_SCRIPT]: fill("place/kernel", view),
    [UPLINK_SCRIPT]: fill("place/uplink", view),
    [NAMESPACE_SCRIPT]: fill("place/namespace", view),
    [GUARD_SCRIPT]: fill("place/guard", view),
    [VISITOR_SCRIPT]: fill("place/visitor", view),
  };
}
