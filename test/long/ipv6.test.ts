import { failures } from "../host/failures.ts";
import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { LAB, reached, type Way, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";

/** One of each server. */
const WAYS: readonly Way[] = [WORK, LAB];

onLaboratory("a gateway by IPv6", "six", (bench) => {
  let stack: Stack;
  let primaryAddress6 = "";
  jest.setTimeout(LONG_MS);
  const onGateway = (command: string) => bench().lab.mustExec("gateway", command);
  const onClient = async (command: string) => (await bench().lab.exec("client", command)).stdout.trim();
  const configured = (more: object = {}) => {
    return bench().configurations.of(WAYS, { gateway: { primaryAddress6, ...more } });
  };
  const get = (url: string, { port }: Way) =>
    onClient(`curl -s -m 6 -x socks5h://[${primaryAddress6}]:${port} ${url}`);

  beforeAll(async () => {
    primaryAddress6 = (await onGateway("tailscale ip -6")).trim();
    stack = await bench().open(await configured());
    succeeded(await stack.up());
  });

  it("is found at its second primary address, by both servers and by DNS", async () => {
    const all = WAYS.flatMap((way) => reached(`[${primaryAddress6}]`, way));
    expect(await failures(bench().lab, all)).toEqual([]);
    const dig = (name: string, type: string) =>
      onClient(`dig @${primaryAddress6} ${name} ${type} +short +tries=1 +time=3`);
    expect(await dig("10.0.0.50.work", "A")).toBe("10.0.0.50");
    expect(await dig("fd00-1--50.lab", "AAAA")).toBe("fd00:1::50");
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("leads to what a tailnet's own DNS names by IPv6 alone, and not past the tailnet", async () => {
    const { lab } = bench();
    const names = {
      "six.work.example": "fd00:1::50",
      "loop.work.example": "::1",
      "mapped.work.example": "::ffff:127.0.0.1",
    };
    await lab.nameAddresses("work", names);
    // by DNS: the SOCKS server remembers for minutes that a name was unknown
    const named = async () =>
      (await onClient(`dig @${primaryAddress6} six.work AAAA +short`)) === "fd00:1::50";
    await until("the name", named, 60_000, "headscale-work on control");
    expect(await get("http://six.work.example/", WORK)).toBe("office 10.0.0.50");
    expect(await get("http://six.work/", WORK)).toBe("office 10.0.0.50");
    for (const name of ["loop", "mapped"])
      expect(await get(`http://${name}.work.example:53/`, WORK)).toBe("");
  });

  it("lets clients in by the family of their networks alone", async () => {
    await stack.configure(await configured({ clients: ["100.64.0.0/10"] }));
    succeeded(await stack.up());
    for (const way of WAYS) expect(await get("http://10.0.0.50/", way)).toBe("");
    expect(await onGateway("nft list table inet tsproxy__socks_work")).not.toContain("ip6 saddr");
    await stack.configure(await configured());
    succeeded(await stack.up());
    const all = WAYS.flatMap((way) => reached(`[${primaryAddress6}]`, way));
    expect(await failures(bench().lab, all)).toEqual([]);
  });

  it("is found there again after a boot", async () => {
    await bench().lab.reboot("gateway");
    const back = async () => (await get("http://fd00-1--50.work/", WORK)) === "office 10.0.0.50";
    await until("the way by IPv6", back, 90_000, "systemctl --failed on gateway");
  });
});
