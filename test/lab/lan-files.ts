import { enabledUnit, type HostFiles } from "./files.ts";
import { type HostName, lanWebServer, lanWebServer6 } from "./topology.ts";
import { keptRunning, onceAtBoot } from "./unit-files.ts";

/** A LAN behind a host: a namespace of its own with a web server that says whose it is, the same by IPv4 and IPv6. */
export function lanFiles(host: HostName): HostFiles {
  return {
    "/srv/lan/index.html": `${host} ${lanWebServer}\n`,
    ...enabledUnit("lan.service", lan),
    ...enabledUnit("lan-web.service", webServer("Web server of the LAN", "80", "/srv/lan", inLan)),
  };
}

/** A web server of the host itself, on every address it has: also on that in its tailnet. */
export function siteFiles(host: HostName): HostFiles {
  return {
    "/srv/site/index.html": `${host} itself\n`,
    ...enabledUnit("site-web.service", webServer("Web server of this host", "80", "/srv/site")),
  };
}

const inLan = [["NetworkNamespacePath", "/run/netns/lan"]] as const;

const lan = onceAtBoot("The LAN behind this host", [
  "/sbin/ip netns add lan",
  "/sbin/ip link add lan0 type veth peer name eth0 netns lan",
  "/sbin/ip address add 10.0.0.1/24 dev lan0",
  "/sbin/ip link set lan0 up",
  `/sbin/ip -n lan address add ${lanWebServer}/24 dev eth0`,
  "/sbin/ip -n lan link set lo up",
  "/sbin/ip -n lan link set eth0 up",
  "/sbin/ip -n lan route add default via 10.0.0.1",
  "/sbin/ip address add fd00:1::1/64 dev lan0 nodad",
  `/sbin/ip -n lan address add ${lanWebServer6}/64 dev eth0 nodad`,
  "/sbin/ip -n lan route add default via fd00:1::1",
  "/bin/sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward; echo 1 > /proc/sys/net/ipv6/conf/all/forwarding'",
]);

/** A unit that serves the files of `directory`. @param listen port, or address and port */
export function webServer(
  description: string,
  listen: string,
  directory: string,
  service: Parameters<typeof keptRunning>[2] = [],
): string {
  return keptRunning(description, `/bin/busybox httpd -f -p ${listen} -h ${directory}`, service);
}
