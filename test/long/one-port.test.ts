import { failures } from "../host/failures.ts";
import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { onePortProofs } from "../lab/one-port-proofs.ts";
import { LAB, proofsOf, reached, type Way, WORK } from "../lab/proofs.ts";
import { get } from "../lab/proxies.ts";
import { until } from "../lab/waiting.ts";

const PORT = 1080;

onLaboratory("one port for all tailnets", "oneport", (bench) => {
  let stack: Stack;
  const onGateway = (command: string) => bench().lab.mustExec("gateway", command);
  const configured = (
    ways: readonly Way[],
    more: Readonly<Record<string, unknown>> = { onePort: { port: PORT } },
  ) => bench().configurations.of(ways, { gateway: more });
  const change = async (...args: Parameters<typeof configured>) => {
    await stack.configure(await configured(...args));
    return succeeded(await stack.up());
  };
  const through = (host: string) => get(`http://${bench().lab.hosts.gateway.tailnetAddress}:${PORT}`, host);
  const processes = () =>
    onGateway(
      "for u in _every-switch _every-relay work-relay work-socks work-oneport lab-relay lab-socks; do systemctl show -P MainPID tsproxy-$u.service; done",
    );
  const works = async (ways: readonly Way[]) =>
    expect(await failures(bench().lab, onePortProofs(bench().lab, PORT, ways))).toEqual([]);
  const answers = async () =>
    (await bench().lab.exec("client", `${through("office.work")} && ${through("plant.lab")}`)).stdout ===
    "office itself\nplant itself\n";

  it("leads to each by the names of its machines, and refuses everything else", async () => {
    stack = await bench().open(await configured([WORK, LAB]));
    succeeded(await stack.up());
    await works([WORK, LAB]);
    const { lab } = bench();
    const { onePort } = await stack.outputs();
    expect(onePort).toEqual({ home: `socks5h://${lab.hosts.gateway.tailnetAddress}:${PORT}` });
    expect(await failures(lab, proofsOf(lab, [WORK, LAB]))).toEqual([]);
  });

  it("is seen whole by a refresh, and mended where files, units or rules of it are taken away", async () => {
    succeeded(await stack.refresh("--expect-no-changes"));
    await onGateway(
      "rm /etc/tsproxy/_every/switch/lab.json; systemctl stop tsproxy-work-oneport.socket; nft delete table inet tsproxy__oneport__every",
    );
    succeeded(await stack.up("--refresh"));
    expect(await answers()).toBe(true);
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("follows a tailnet that goes and comes, without a process of another one being started anew", async () => {
    const before = await processes();
    await change([WORK]);
    const { lab } = bench();
    expect((await lab.exec("client", through("plant.lab"))).stdout).toBe("");
    await works([WORK]);
    await change([WORK, LAB]);
    expect(await answers()).toBe(true);
    expect((await processes()).split("\n").slice(0, 5)).toEqual(before.split("\n").slice(0, 5));
  });

  it("comes back when its network is made anew, and after a reboot", async () => {
    const { lab } = bench();
    await onGateway("systemctl restart tsproxy_oneport.service");
    await until("both tailnets by the one port", answers, 30_000, "systemctl restart tsproxy_oneport");
    await lab.reboot("gateway");
    await until("both tailnets by the one port", answers, 90_000, "the gateway was rebooted");
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("goes without a trace, and the ports of the tailnets stay as they are", async () => {
    const before = (await processes()).split("\n");
    await change([WORK, LAB], {});
    const after = (await processes()).split("\n");
    expect([after[2], after[5]]).toEqual([before[2], before[5]]);
    expect(await onGateway("ls -d /etc/tsproxy/_every /run/tsproxy/_every* 2>/dev/null || :")).toBe("");
    expect(
      await onGateway("systemctl list-units --all --plain --no-legend 'tsproxy*oneport*' 'tsproxy*_every*'"),
    ).toBe("");
    const { lab } = bench();
    const ports = [WORK, LAB].flatMap((way) => reached(lab.hosts.gateway.tailnetAddress, way));
    expect(await failures(lab, ports)).toEqual([]);
    succeeded(await stack.destroy());
  });
});
