import { failures } from "../host/failures.ts";
import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { reached, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";

/** Longer than a gateway needs to see that a domain is another one. */
const FOLLOWED_MS = 120_000;

onLaboratory("names of machines in a tailnet without MagicDNS", "names", (bench) => {
  let stack: Stack;
  const gateway = () => bench().lab.hosts.gateway.tailnetAddress;
  const dig = (name: string, type: string) =>
    bench().lab.mustExec(
      "client",
      `dig @${gateway()} ${name} ${type} +noall +comments +answer +authority +tries=1`,
    );
  const short = async (name: string) =>
    (await bench().lab.exec("client", `dig @${gateway()} ${name} +short +tries=1`)).stdout.trim();
  const untilNamed = (name: string) =>
    until(
      `${name} to be answered`,
      async () => (await short(name)) === "100.64.0.1",
      FOLLOWED_MS,
      `dig ${name}`,
    );

  beforeAll(async () => {
    const { lab, configurations, open } = bench();
    await lab.nameMachines("work", { magicDns: false });
    stack = await open(await configurations.of([WORK]));
    succeeded(await stack.up());
  });

  it("are answered by DNS and by SOCKS as soon as the gateway is up", async () => {
    expect(await short("office.work")).toBe("100.64.0.1");
    expect(await failures(bench().lab, reached(gateway(), WORK))).toEqual([]);
  });

  it("are denied in a way that resolvers may remember, and asked of no resolver of the internet", async () => {
    const { lab } = bench();
    const mark = await lab.mark("mirror");
    const soa = /^work\.\s+\d+\s+IN\s+SOA/m;
    for (const type of ["A", "AAAA", "MX"]) {
      const denied = await dig("nosuch.work", type);
      expect(denied).toContain("status: NXDOMAIN");
      expect(denied).toMatch(soa);
    }
    for (const type of ["AAAA", "HTTPS"]) {
      const empty = await dig("office.work", type);
      expect(empty).toContain("status: NOERROR");
      expect(empty).toMatch(soa);
    }
    expect((await lab.dnsQuestions(mark)).filter((name) => name.includes("nosuch"))).toEqual([]);
  });

  it("are no difference at the next look", async () => {
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("are found again when the control server has changed the domain, without Pulumi", async () => {
    const { lab } = bench();
    await lab.nameMachines("work", { magicDns: false, domain: "renamed.example" });
    const domain = () => lab.exec("gateway", "cat /run/tsproxy/work/names/zone");
    const followed = async () => (await domain()).stdout.includes(" {1}.renamed.example. ");
    await until("the new domain", followed, FOLLOWED_MS, "journalctl -u tsproxy-work-domain on gateway");
    await untilNamed("office.work");
  });

  it("are found again after a reboot", async () => {
    await bench().lab.reboot("gateway");
    await untilNamed("office.work");
  });

  it("are found with MagicDNS too, and beside them what the administrator names", async () => {
    const { lab } = bench();
    await lab.nameMachines("work", { domain: "renamed.example" });
    await lab.nameAddresses("work", { "wiki.renamed.example": "100.64.0.1" });
    await untilNamed("wiki.work");
    await untilNamed("office.work");
  });

  it("are asked by a resolver that hears of every reload of its namespace", async () => {
    const { lab } = bench();
    const reloads = "journalctl -u tsproxy-work-dns -o cat | grep -c 'Reloading complete' || :";
    const count = async () => Number(await lab.mustExec("gateway", reloads));
    const before = await count();
    const pids = await lab.mainPids("gateway");
    await lab.mustExec("gateway", "systemctl reload tsproxy_netns-work");
    await until(
      "the resolver to be reloaded",
      async () => (await count()) > before,
      20_000,
      "journalctl on gateway",
    );
    expect(await lab.mainPids("gateway")).toEqual(pids);
  });
});
