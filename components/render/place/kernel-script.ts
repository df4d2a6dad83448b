import {
  CONFIG,
  DOOR_TABLE_PREFIX,
  FIREWALL,
  KERNEL_GATEWAY,
  KERNEL_SCRIPT,
  NAMESPACE_SCRIPT,
  NETNS_PREFIX,
  RUN,
  UPLINK_SCRIPT,
} from "../names.ts";
import { fill } from "../template.ts";
import type { ReadFiles } from "../unit/stamp.ts";

/** Where a host says which resolvers it uses, the best first. */
const RESOLV_CONFS = [
  "/run/systemd/resolve/resolv.conf",
  "/etc/resolv.conf",
  "/etc/resolv.pre-tailscale-backup.conf",
];

/** Of awk, for addresses that are closed to every namespace, see `firewall`. */
const NOT_INTERNET_PATTERN =
  "^(0|10|127|169\\.254|192\\.168|192\\.0\\.0|172\\.(1[6-9]|2[0-9]|3[01])|100\\.(6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7])|22[4-9]|2[3-5][0-9])\\.";

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
    netnsPrefix: NETNS_PREFIX,
    doorTablePrefix: DOOR_TABLE_PREFIX,
    resolvConfs: RESOLV_CONFS.join(" "),
    seconds: WATCH_SECONDS,
    notInternet: NOT_INTERNET_PATTERN,
    link,
  };
  return {
    [KERNEL_SCRIPT]: fill("place/kernel", view),
    [UPLINK_SCRIPT]: fill("place/uplink", view),
    [NAMESPACE_SCRIPT]: fill("place/namespace", view),
  };
}
