import { untilHolding } from "../host/back.ts";
import { failures } from "../host/failures.ts";
import { failed, LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { proofsOf, WORK } from "../lab/proofs.ts";
import { LXC_DROP_IN } from "../lab/variants/lxc.ts";
import { until } from "../lab/waiting.ts";

const SESSIONS = 16;

/** Opens as many connections through the port as are asked for, and prints how many of them it was let. */
const CLIENTS = `use Socket; my ($host, $port, $count) = @ARGV; my (@open, $answered);
$SIG{ALRM} = sub { die "no answer\\n" }; alarm 60;
for (1 .. $count) {
  socket(my $client, PF_INET, SOCK_STREAM, 6) or die "socket: $!";
  connect($client, sockaddr_in($port, inet_aton($host))) or die "connect: $!";
  push @open, $client;
  syswrite $client, "\\x05\\x01\\x00";
}
for (@open) { $answered++ if sysread $_, my $answer, 2 }
print "$answered\\n";`;

onLaboratory("a gateway and its host", "bounded", (bench) => {
  let stack: Stack;
  const onGateway = (command: string) => bench().lab.mustExec("gateway", command);

  it("is told which firewall keeps a namespace from its control server, and how to let it through", async () => {
    const { configurations, open } = bench();
    const socks = { port: WORK.port, maxSessions: SESSIONS };
    stack = await open(await configurations.of([WORK], { tailnet: { socks } }));
    await onGateway("apt-get -q update && apt-get -q install -y nftables");
    const chain = "type filter hook forward priority 0; policy drop;";
    await onGateway(`nft 'add table inet mine; add chain inet mine forward { ${chain} }'`);
    const output = failed(await stack.up());
    expect(output).toContain("inet/mine/forward drops what this host forwards");
    expect(output).toMatch(/tailnet work: control-work\.internet is not found: the resolvers 198\.18\./);
    const [, advice = ""] = /let it through: "(nft insert [^"]*)"/.exec(output.replaceAll(/\s+/g, " ")) ?? [];
    await onGateway(advice);
    expect(succeeded(await stack.up())).not.toContain("inet/mine/forward");
    expect(await failures(bench().lab, proofsOf(bench().lab, [WORK]))).toEqual([]);
  });

  it("lets no more clients in at a time than it was told", async () => {
    const { lab } = bench();
    const port = [lab.hosts.gateway.tailnetAddress, String(WORK.port)];
    const letIn = await lab.mustExec("client", ["perl", "-e", CLIENTS, ...port, String(3 * SESSIONS)]);
    expect(Number(letIn)).toBe(SESSIONS);
  });

  it("keeps the sandbox that an image of LXC takes back from every service", async () => {
    const dropIn = "/run/systemd/system/service.d";
    await onGateway(
      `mkdir -p ${dropIn} && cat >${dropIn}/zzz-lxc-service.conf <<'E'\n${LXC_DROP_IN}E\nsystemctl daemon-reload`,
    );
    const units = ["dns", "relay", "socks"].map((word) => `tsproxy-work-${word}.service`).join(" ");
    await onGateway(`systemctl restart ${units}`);
    const kept = "NoNewPrivileges ProtectSystem ProtectHome PrivateTmp ProtectProc ProtectKernelModules";
    const shown = await onGateway(
      `systemctl show -P ActiveState ${units}; for p in ${kept}; do systemctl show -P $p ${units}; done`,
    );
    expect([...new Set(shown.split(/\s+/))].filter((word) => word !== "").sort()).toEqual([
      "active",
      "invisible",
      "strict",
      "yes",
    ]);
    await onGateway(`rm -r ${dropIn}; systemctl daemon-reload; systemctl restart ${units}`);
    expect(await failures(bench().lab, proofsOf(bench().lab, [WORK]))).toEqual([]);
  });

  it("keeps its DNS server where that is reloaded while the primary tailnet is out", async () => {
    const said = await onGateway(`
unit=tsproxy-dns.service
systemctl stop tailscaled.service
systemctl restart $unit
before=$(systemctl show -P MainPID $unit)
systemctl reload $unit
[ "$(systemctl show -P MainPID $unit)" = "$before" ] || echo ended
systemctl start tailscaled.service`);
    expect(said).toBe("");
    await untilHolding(bench().lab, proofsOf(bench().lab, [WORK]));
  });

  it(
    "starts a SOCKS server once while its tailnet is out, however often the tailnet is tried",
    async () => {
      const since = (await onGateway("date +%s")).trim();
      const linesOf = async (unit: string, begin: string) => {
        const journal = `journalctl -q -o cat --no-pager --since @${since} -u tsproxy-work-${unit}`;
        return Number(await onGateway(`${journal} | grep -c '${begin}' || :`));
      };
      await onGateway("nft flush chain inet mine forward; systemctl restart tsproxy_netns-work");
      const tried = async () => (await linesOf("online", "Failed with result")) > 1;
      await until("the tailnet to be tried twice", tried, 150_000, "systemctl status tsproxy-work-online");
      await onGateway("nft delete table inet mine");
      await untilHolding(bench().lab, proofsOf(bench().lab, [WORK]), 120_000);
      expect(await linesOf("socks", "^Starting ")).toBe(1);
    },
    LONG_MS,
  );
});
