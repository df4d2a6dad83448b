import type { Lab } from "../../test/lab/index.ts";

/** The rival: socat on the primary address, and a Dante on the namespace's end of the veth pair. */
export interface SeedChain {
  readonly netns: string;
  /** Of the SOCKS server, on the namespace's end of the veth pair. */
  readonly port: number;
}

/** Its relay, and one whose queue of connections is as long as ours: socat's own holds five. */
export const seedRelays = [
  { name: "", unit: "bench-seed-relay.service", port: 11090, options: "fork,reuseaddr" },
  {
    name: ", backlog=1024",
    unit: "bench-seed-relay-queue.service",
    port: 11091,
    options: "fork,reuseaddr,backlog=1024",
  },
];

export const seedSocksUnit = "bench-seed-socks.service";

const CONFIG = "/etc/bench-seed-danted.conf";

/**
 * Starts the seed's chain beside ours, in the same namespace and on the same tailnets.
 *
 * It listens on the veth pair, which our rules close: one rule lets it in, and our watch, which would take that rule away
 * within seconds, is stopped. Nothing else of what we made is changed. What the seed does not say is chosen in its favour:
 * this Dante logs as little as ours, and has neither our rules nor our sandbox. socat has the options of the usual one-liner.
 */
export async function startSeedChain(lab: Lab, { netns, port }: SeedChain): Promise<void> {
  await lab.mustExec("gateway", "command -v socat || apt-get install --yes --no-install-recommends socat");
  const inside = (
    await lab.mustExec(
      "gateway",
      `ip -n ${netns} -4 -o address show uplink | sed 's/.*inet \\([0-9.]*\\).*/\\1/'`,
    )
  ).trim();
  const primary = lab.hosts.gateway.tailnetAddress;
  await lab.mustExec("gateway", `cat > ${CONFIG}`, { stdin: danted(inside, port) });
  await lab.mustExec("gateway", "systemctl stop tsproxy_watch");
  await lab.mustExec(
    "gateway",
    `ip netns exec ${netns} nft insert rule inet tsproxy input iifname uplink tcp dport ${port} accept`,
  );
  await start(lab, seedSocksUnit, `NetworkNamespacePath=/run/netns/${netns}`, [
    "/usr/sbin/danted",
    "-f",
    CONFIG,
    "-p",
    "/run/bench-seed-danted.pid",
  ]);
  for (const relay of seedRelays)
    await start(lab, relay.unit, "Restart=always", [
      "/usr/bin/socat",
      `TCP-LISTEN:${relay.port},bind=${primary},${relay.options}`,
      `TCP:${inside}:${port}`,
    ]);
}

function start(lab: Lab, unit: string, property: string, command: readonly string[]): Promise<string> {
  const limits = ["--property=LimitNOFILE=65536", `--property=${property}`];
  return lab.mustExec("gateway", ["systemd-run", "--quiet", `--unit=${unit}`, ...limits, ...command]);
}

const danted = (address: string, port: number) => `logoutput: stderr
internal: ${address} port = ${port}
external: tailscale0
clientmethod: none
socksmethod: none
user.privileged: root
user.unprivileged: nobody
client pass {
  from: 0/0 to: 0/0
  log: error
}
socks pass {
  from: 0/0 to: 0/0
  log: error
}
`;
