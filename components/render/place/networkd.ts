import type { Desired } from "../../../providers/engine/kinds/desired.ts";
import { KERNEL_SCRIPT, NETNS_PREFIX, NETWORKD_FILE } from "../names.ts";
import { fill } from "../template.ts";
import { readable } from "../unit/files.ts";

/**
 * Keeps systemd-networkd from the host's ends of all pairs, which a file of the host's for all cards (`Type=ether`) means,
 * too: it would take their addresses, and ask whatever is in the namespaces for others, and for routes.
 */
export const networkdFiles: Desired["files"] = {
  [NETWORKD_FILE]: readable(
    fill("place/unmanaged.network", { kernel: KERNEL_SCRIPT, netnsPrefix: NETNS_PREFIX }),
  ),
};
