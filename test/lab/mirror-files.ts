import { enabledUnit, type HostFiles } from "./files.ts";
import type { Instance } from "./instance.ts";
import { webServer } from "./lan-files.ts";
import { controlAddress, lanWebServer, planOf, publicAddress, tailnetNames } from "./topology.ts";
import { keptRunning } from "./unit-files.ts";

/** Name on the laboratory's internet of a tailnet's control server. */
export const controlDomain = (tailnet: string): string => `control-${tailnet}.internet`;

/**
 * The host `mirror`: packages and release tarballs, the name server of the laboratory's internet, which notes every
 * question in its journal, a public web server that can tell a visitor's address, and what answers on the gateway's LAN.
 */
export function mirrorFiles(instance: Instance): HostFiles {
  const { address } = planOf(instance, "mirror");
  return {
    "/etc/coredns/Corefile": `.:53 {\n  bind ${address}\n  log\n  errors\n  file /etc/coredns/zone .\n}\n`,
    "/etc/coredns/zone": zone(instance, address),
    "/srv/lan/index.html": `gateway ${lanWebServer}\n`,
    "/srv/pub/index.html": "pub\n",
    "/srv/pub/cgi-bin/whoami": {
      text: '#!/bin/sh\nprintf "Content-Type: text/plain\\r\\n\\r\\n%s\\n" "$REMOTE_ADDR"\n',
      mode: 0o755,
    },
    ...enabledUnit(
      "dns.service",
      keptRunning("Name server", "/usr/local/bin/coredns -conf /etc/coredns/Corefile"),
    ),
    ...enabledUnit("mirror-web.service", webServer("Package mirror", `${address}:80`, "/srv/mirror")),
    ...enabledUnit(
      "pub-web.service",
      webServer("Public web server", `${publicAddress(instance)}:80`, "/srv/pub"),
    ),
    ...enabledUnit(
      "lan-web.service",
      webServer("Web server on the gateway's LAN", `${lanWebServer}:80`, "/srv/lan"),
    ),
  };
}

/** One zone for the whole internet: a name that is not in it does not exist. */
function zone(instance: Instance, mirror: string): string {
  const names: Record<string, string> = { ns: mirror, mirror, pub: publicAddress(instance) };
  const hosts = [
    ...Object.entries(names).map(([name, address]) => `${name}.internet. IN A ${address}`),
    ...tailnetNames.map((tailnet) => `${controlDomain(tailnet)}. IN A ${controlAddress(instance, tailnet)}`),
  ];
  return [
    "$TTL 60",
    ". IN SOA ns.internet. admin.internet. 1 60 60 60 60",
    ". IN NS ns.internet.",
    ...hosts,
    "",
  ].join("\n");
}
