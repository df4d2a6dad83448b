import { VETH_RANGE } from "../../../components/render/names.ts";
import type { Control, HostName, Lab } from "../../lab/index.ts";
import { LAB, type Way, WORK } from "../../lab/proofs.ts";
import { until } from "../../lab/waiting.ts";
import { serveMetadata } from "../metadata.ts";
import { LAN6, NEGLIGENT_PORT, namesOf } from "./all-routes.ts";
import { namesInLab } from "./by-http.ts";

/** What makes isolation matter: something to reach at every place that must not be reached. */
export async function prepare(lab: Lab): Promise<void> {
  await serveMetadata(lab);
  // what mends the kernel by itself would take planted rules away
  await lab.mustExec("gateway", "systemctl kill --kill-who=main -s STOP tsproxy_watch.service");
  for (const way of [WORK, LAB]) {
    const inside = `tsp-${way.name}`;
    await lab.mustExec(
      "gateway",
      `systemd-run --quiet --unit=negligent-${way.name} ip netns exec ${inside} perl -MIO::Socket::IP -e '${NEGLIGENT}'`,
    );
  }
  await lab.mustExec("gateway", `ip addr add ${LAN6}::1/64 dev eth1 nodad`);
  await lab.mustExec("mirror", `ip addr add ${LAN6}::50/64 dev eth1 nodad`);
  await lab.nameAddresses("work", namesOf(lab));
  await lab.nameAddresses("lab", namesInLab(lab));
  for (const [way, names] of [
    [WORK, namesOf(lab)],
    [LAB, namesInLab(lab)],
  ] as const)
    await until(`names of ${way.name}`, () => isNamed(lab, way, names), 30_000, `headscale-${way.tailnet}`);
}

/** Asked of tailscaled, since the proxy remembers for minutes that a name was unknown. They come all at once. */
async function isNamed(lab: Lab, way: Way, names: Readonly<Record<string, string>>): Promise<boolean> {
  const [[name, address] = ["", ""]] = Object.entries(names);
  // to this daemon root is the one of its user namespace
  const tailscale = `nsenter --user=/run/tsproxy/${way.name}/user -S 0 -G 0 /usr/local/lib/tsproxy/tailscale-*/tailscale --socket=/run/tsproxy-${way.name}/tailscaled.sock`;
  return (await lab.exec("gateway", `${tailscale} dns query ${name}`)).stdout.includes(address);
}

const NEGLIGENT = `
my $socket = IO::Socket::IP->new(LocalHost => "::", V6Only => 0, LocalPort => ${NEGLIGENT_PORT}, Listen => 9, ReuseAddr => 1) or die;
while (my $visitor = $socket->accept) { close $visitor }`;

/** Everything that is not a tailnet's to give: all of it, private networks, the shared one, the uplinks', the metadata. */
const LIES = ["0.0.0.0/0", "::/0", "10.0.0.0/8", "100.64.0.0/10", VETH_RANGE, "169.254.0.0/16"];
const HONEST = ["10.0.0.0/24"];

/**
 * Both kinds of tailnet lie, with their administrators' consent: a foreign one, and the host's own. The lies are of IPv4;
 * while peers find each other by IPv6, no way that they take away would be missed.
 */
export async function lie(lab: Lab): Promise<void> {
  await lab.mustExec("gateway", ["nft", IPV4_ONLY]);
  await advertise(lab, "office", lab.controls.work, [...LIES, ...HONEST]);
  await advertise(lab, "client", lab.controls.home, [VETH_RANGE]);
  await lab.mustExec("gateway", "tailscale set --accept-routes");
  await untilRouted(lab, "ip -n tsp-work");
  await untilRouted(lab, "ip");
}

const IPV4_ONLY =
  'add table ip6 hostile; add chain ip6 hostile forward { type filter hook forward priority -10; }; add rule ip6 hostile forward iifname "tsp-*" reject';

async function advertise(
  lab: Lab,
  host: HostName,
  control: Control,
  routes: readonly string[],
): Promise<void> {
  await lab.mustExec(host, ["tailscale", "set", `--advertise-routes=${routes.join(",")}`]);
  const { tailnetAddress } = lab.hosts[host];
  const asExpected = async () => {
    const node = (await control.nodes()).find(({ ipAddresses }) => ipAddresses.includes(tailnetAddress));
    if (node?.availableRoutes.length !== routes.length) return false;
    await control.approveRoutes(node.id, routes);
    return true;
  };
  await until(`routes of ${host}`, asExpected, 60_000, `tailscale debug prefs on ${host}`);
}

/** After its way was cut, as cells do, tailscaled listens two minutes to a control server that it no longer hears. */
const HEARD_MS = 180_000;

async function untilRouted(lab: Lab, ip: string): Promise<void> {
  const routed = async () =>
    (await lab.mustExec("gateway", `${ip} route show table 52`)).includes(`${VETH_RANGE} dev tailscale0`);
  await until(`${ip} route show table 52`, routed, HEARD_MS, "tailscale status on the gateway");
}
