import type { Lab } from "../lab/index.ts";

/** Where clouds tell secrets of a machine to every process that asks. */
export const METADATA = "169.254.169.254";

/** Puts a web server there that the gateway reaches. */
export async function serveMetadata(lab: Lab): Promise<void> {
  await lab.mustExec(
    "mirror",
    `ip addr add ${METADATA}/32 dev lo && busybox httpd -p ${METADATA}:80 -h /srv/pub`,
  );
  await lab.mustExec("gateway", `ip route add ${METADATA} via ${lab.hosts.mirror.address} dev eth0 onlink`);
}
