import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import { LAB } from "../lab/proofs.ts";

/** The control server answers there, too. */
const PORT = 8443;

onLaboratory(
  "a control server of the primary tailnet on the gateway itself, which has no IPv6",
  "routectl",
  (bench) => {
    jest.setTimeout(LONG_MS);
    const onGateway = async (command: string) => (await bench().lab.exec("gateway", command)).stdout.trim();
    /** What a process in the namespace is answered by the server's address: `open` or nothing. */
    const opens = (port: number) =>
      onGateway(
        `ip netns exec tsp-lab timeout 3 bash -c 'exec 3<>/dev/tcp/${bench().lab.controls.work.address}/${port}' 2>/dev/null && echo open`,
      );

    it("lets the node of the routes in by its own port, which may be another than the tailnet's", async () => {
      const { lab, open, configurations } = bench();
      const { work } = lab.controls;
      // names stand for IPv6 addresses all the same
      await lab.mustExec(
        "gateway",
        "for file in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 >$file; done",
      );
      const led = `ip daddr ${work.address} tcp dport ${PORT} dnat to ${work.address}:443`;
      await lab.mustExec("gateway", "apt-get -qq update && apt-get -qq install -y nftables >/dev/null");
      await lab.mustExec(
        "gateway",
        `nft 'add table ip ports; add chain ip ports in { type nat hook prerouting priority -100; }; add rule ip ports in ${led}'`,
      );
      const route = { site: 7, loginServer: `${work.url}:${PORT}`, caCertificates: lab.ca };
      const tailnet = { route, reach: [work.address] };
      const secrets = { "home/lab/route/authKey": await work.preauthKey() };
      const stack = await open(await configurations.of([LAB], { tailnet, secrets }));
      succeeded(await stack.up());
      expect((await work.nodes()).map(({ name }) => name)).toContain("home-lab");
      expect(await Promise.all([opens(PORT), opens(22), opens(9090)])).toEqual(["open", "", ""]);
      succeeded(await stack.refresh("--expect-no-changes"));
    });

    it("has names answered on a host without IPv6", async () => {
      const { hosts } = bench().lab;
      const asked = `dig @${hosts.gateway.tailnetAddress} 10.0.0.50.lab AAAA +short +tries=1 +time=3`;
      const { stdout } = await bench().lab.exec("client", asked);
      expect(stdout.trim()).toBe("fd7a:115c:a1e0:b1a:0:7:a00:32");
      expect(await onGateway("systemctl is-active tsproxy-lab-suffix.service")).toBe("active");
    });

    it("is closed by that port once the node is gone", async () => {
      await onGateway("systemctl stop tsproxy-lab-route.service");
      expect(await opens(PORT)).toBe("");
    });
  },
  ["control-on-gateway"],
);
