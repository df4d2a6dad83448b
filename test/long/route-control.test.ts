import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import { LAB } from "../lab/proofs.ts";

/** The control server answers there, too. */
const PORT = 8443;

onLaboratory(
  "a control server of the primary tailnet on the gateway itself",
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

    it("is closed by that port once the node is gone", async () => {
      await onGateway("systemctl stop tsproxy-lab-route.service");
      expect(await opens(PORT)).toBe("");
    });
  },
  ["control-on-gateway"],
);
