import { gatewayConfig, tailnetConfig } from "../host/laboratory-config.ts";
import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { HostName } from "../lab/index.ts";
import { WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";

const ADDRESS = "fd7a:115c:a1e0:b1a:0:7:10.0.0.50";

/** The hosts of the two gateways. */
const HOSTS = { home: "gateway", away: "plant" } as const;

onLaboratory("two gateways that offer one site", "failover", (bench) => {
  jest.setTimeout(LONG_MS);
  const nodes = async () =>
    (await bench().lab.controls.home.nodes()).filter(({ name }) => name.endsWith("-work"));
  /** The gateway that leads there now, by its host; `undefined`: none. */
  const serving = async (): Promise<HostName | undefined> => {
    const [node] = (await nodes()).filter(({ subnetRoutes }) => subnetRoutes.length > 0);
    return node && (node.name === "home-work" ? HOSTS.home : HOSTS.away);
  };
  const answers = async () =>
    (await bench().lab.exec("client", `curl -s -m 1 'http://[${ADDRESS}]/'`)).stdout.trim() ===
    "office 10.0.0.50";
  const isReached = (what: string, limit: number) =>
    until(what, answers, limit, "npm run lab -- exec control headscale nodes list-routes");
  let first: HostName = "gateway";

  it("are made by one program, and both have their routes approved", async () => {
    const { lab, open } = bench();
    const { home, work } = lab.controls;
    const { socks: _, dns: __, ...tailnet } = tailnetConfig(lab, WORK) as Record<string, unknown>;
    const route = {
      ...{ site: 7, networks: ["10.0.0.0/24"] },
      ...{ loginServer: home.url, caCertificates: lab.ca },
    };
    const gateway = { ...gatewayConfig(lab), tailnets: { work: { ...tailnet, route } } };
    const { address, hostKey, tailnetAddress } = lab.hosts[HOSTS.away];
    // that host is in one network with all others
    const reach = [address.replace(/\d+$/, "0/24")];
    const away = {
      ...gateway,
      ...{ ssh: { host: address, hostKey }, primaryAddress: tailnetAddress },
      tailnets: { work: { ...tailnet, reach, route } },
    };
    const keys = await Promise.all(
      Object.keys(HOSTS).map(async (name) => ({
        [`${name}/privateKey`]: lab.privateKey,
        [`${name}/work/authKey`]: await work.preauthKey(),
        [`${name}/work/route/authKey`]: await home.preauthKey(),
      })),
    );
    const stack = await open({ gateways: { home: gateway, away }, secrets: Object.assign({}, ...keys) });
    succeeded(await stack.up());
    for (const { id, availableRoutes } of await nodes()) await home.approveRoutes(id, availableRoutes);
    await lab.mustExec("client", "tailscale set --accept-routes");
    await isReached("a machine behind", 60_000);
  });

  it("stand in for one that is stopped", async () => {
    first = (await serving()) ?? first;
    await bench().lab.mustExec(first, "systemctl stop tsproxy-work-route.service");
    await isReached("a machine behind the other one", 60_000);
    expect(await serving()).not.toBe(first);
  });

  it("stand in for one that is cut off", async () => {
    const { lab } = bench();
    await lab.mustExec(first, "systemctl start tsproxy-work-route.service tsproxy-work-routeonline.service");
    const second = (await serving()) ?? first;
    await lab.cut(second);
    await until("the other one", async () => !(await answers()), 30_000, second);
    await isReached("a machine behind the one that is left", 300_000);
    expect(await serving()).not.toBe(second);
    await lab.restore(second);
  });
});
