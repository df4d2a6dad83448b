import { failed, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { compareSnapshots, type Snapshot } from "../lab/index.ts";
import { WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";

const SITE = 7;
const VIA = `fd7a:115c:a1e0:b1a:0:${SITE}`;
const UNIT = "tsproxy-work-route.service";
const FOLLOWER = "tsproxy-work-machines.service";

/** Answers every name, in the LAN behind the office. */
const LAN_DNS = `. {
  template IN A {
    answer "{{ .Name }} 60 IN A 10.0.0.99"
  }
}
`;

/** Prints what the client gets at a port of an address behind the routes, or that nothing is open there. */
const get = (address: string, port = 80) =>
  `curl -s -m 5 'http://[${VIA}:${address}]:${port}/' || echo closed`;

onLaboratory("routes into a tailnet", "routes", (bench) => {
  let stack: Stack;
  let before: Snapshot;
  let own = "";
  const onClient = async (command: string) => (await bench().lab.exec("client", command)).stdout.trim();
  const onGateway = (command: string) => bench().lab.mustExec("gateway", command);
  const nodeInHome = async () =>
    (await bench().lab.controls.home.nodes()).find(({ name }) => name === "home-work");
  const dig = (name: string, type: string) =>
    onClient(`dig @${bench().lab.hosts.gateway.tailnetAddress} ${name} ${type} +short +tries=1 +time=3`);
  const answers = (what: string, command: string, answer: string) =>
    until(what, async () => (await onClient(command)) === answer, 60_000, `npm run lab -- exec client`);

  it("are made with the tailnet, and say what approves them", async () => {
    const { configurations, open, lab } = bench();
    before = await lab.snapshot("gateway");
    const { home, work } = lab.controls;
    // everything leaves the tailnet by an exit node, and its own tailnet is in a network that it offers
    await lab.mustExec("office", "tailscale set --advertise-exit-node");
    const [office] = await work.nodes();
    await work.approveRoutes(office?.id ?? "", ["10.0.0.0/24", "0.0.0.0/0", "::/0"]);
    const route = {
      site: SITE,
      networks: ["10.0.0.0/24", home.address.replace(/\d+$/, "0/24")],
      map: { "10.107.0.0/24": "10.0.0.0/24" },
      loginServer: home.url,
      caCertificates: lab.ca,
    };
    const tailnet = { route, reach: [home.address], exitNode: lab.hosts.office.tailnetAddress };
    const secrets = { "home/work/route/authKey": await home.preauthKey() };
    stack = await open(await configurations.of([WORK], { tailnet, secrets }));
    const output = succeeded(await stack.up());
    const node = await nodeInHome();
    const command = `headscale nodes approve-routes --identifier ${node?.id} --routes `;
    const said = output.replaceAll(/\s+/g, " ");
    expect(said).toContain(command);
    const [, routes = ""] = new RegExp(`${command}(\\S+)`).exec(said) ?? [];
    expect(routes.split(",").sort()).toEqual([...(node?.availableRoutes ?? [])].sort());
    expect((await stack.outputs()).toApprove).toEqual({ "home/work": `${command}${routes}` });
    await lab.mustExec(
      "control",
      `${command.replace("headscale", "headscale --config /etc/headscale/home/config.yaml")}${routes}`,
    );
    await lab.mustExec("client", "tailscale set --accept-routes");
    expect(await onClient("tailscale debug prefs | grep -c '\"RouteAll\": true'")).toBe("1");
    own = await onGateway("ip -n tsp-work -4 -o addr show tailscale0 | sed 's/.*inet \\([0-9.]*\\).*/\\1/'");
  });

  it("lead any program to the networks and machines behind, by TCP, UDP and ping", async () => {
    await answers("a machine behind", get("10.0.0.50"), "office 10.0.0.50");
    expect(await onClient(get("240.64.0.1"))).toBe("office itself");
    expect(await onClient("curl -s -m 5 http://10.0.0.50/")).toBe("client 10.0.0.50");
    const server = `perl -MSocket -e 'socket(S, PF_INET, SOCK_DGRAM, 17); bind(S, sockaddr_in(7007, INADDR_ANY)); while ($from = recv(S, $text, 99, 0)) { send(S, "office heard $text", 0, $from) }'`;
    await bench().lab.mustExec("office", `systemd-run -q --unit=heard ${server}`);
    const ask = `echo hello | socat -t 3 - 'UDP6:[${VIA}:240.64.0.1]:7007'`;
    await answers("an answer by UDP", ask, "office heard hello");
    expect(await onClient(`ping -c 1 -W 5 ${VIA}:10.0.0.50 >/dev/null && echo echo`)).toBe("echo");
    expect(await onClient(`ping -c 1 -W 5 ${VIA}:240.64.0.1 >/dev/null && echo echo`)).toBe("echo");
  });

  it("lead to networks by others that stand for them", async () => {
    await answers("a machine behind", "curl -s -m 5 http://10.107.0.50/ || echo closed", "office 10.0.0.50");
    expect(await onClient("ping -c 1 -W 5 10.107.0.50 >/dev/null && echo echo")).toBe("echo");
    expect(await onClient("curl -s -m 5 http://10.107.0.51/ || echo closed")).toBe("closed");
  });

  it("lead questions to a DNS server behind", async () => {
    const { lab } = bench();
    await lab.give("office", "coredns");
    await lab.mustExec(
      "office",
      `cat >/etc/lan.Corefile && systemd-run -q --unit=lan-dns -p NetworkNamespacePath=/run/netns/lan /usr/local/bin/coredns -conf /etc/lan.Corefile`,
      { stdin: LAN_DNS },
    );
    for (const server of [`${VIA}:10.0.0.50`, "10.107.0.50"])
      await answers(`an answer of ${server}`, `dig @${server} nas.lan +short +tries=1 +time=3`, "10.0.0.99");
  });

  it("are offered by a node that reaches its own tailnet by the uplink, and clients directly", async () => {
    const inside = "$(. /etc/tsproxy/work/netns.conf; echo $inside)";
    const { home } = bench().lab.controls;
    const sessions = `nsenter --net=/run/netns/tsp-work ss -Htnp state established dst ${home.address} | grep -c "${inside}:.*tailscaled"`;
    expect(Number(await onGateway(sessions))).toBeGreaterThan(0);
    expect(await onClient(`tailscale ping -c 20 home-work | tail -n 1`)).toMatch(/ via [\d.]+:\d+ in /);
  });

  it("have names, which lead nowhere else", async () => {
    expect(await dig("10.0.0.50.work", "AAAA")).toBe(`${VIA}:a00:32`);
    expect(await dig("office.work", "AAAA")).toBe(`${VIA}:f040:1`);
    expect([await dig("10.0.0.50.work", "A"), await dig("office.work", "A")]).toEqual(["", ""]);
    const proxy = `${bench().lab.hosts.gateway.tailnetAddress}:${WORK.port}`;
    expect(await onClient(`curl -s -m 5 -x socks5h://${proxy} http://office.work/`)).toBe("office itself");
  });

  it("do not lead to the gateway, its namespaces, this node itself, or past the tailnet", async () => {
    const [host = "", inside = ""] = (
      await onGateway(". /etc/tsproxy/work/netns.conf; echo $host $inside")
    ).split(" ");
    const node = await nodeInHome();
    const [address = ""] = node?.ipAddresses ?? [];
    const shifted = own.replace(/^100\./, "240.");
    const asked = [
      ...[get("127.0.0.1", 53), get("127.0.0.1", 1080), get(host, 22), get(inside, 53), get(inside, 1080)],
      ...[
        get("240.100.100.100"),
        get(shifted),
        get(shifted, 1080),
        get("10.0.0.1", 22),
        get("192.168.1.1", 53),
      ],
      ...[53, 1080, 22].map((port) => `curl -s -m 5 http://${address}:${port}/ || echo closed`),
    ];
    for (const command of asked) expect(`${command}: ${await onClient(command)}`).toBe(`${command}: closed`);
    // the same from the host's side: what the unit sends there is refused, and the servers are there
    expect(await onGateway("ip netns exec tsp-work ss -Hltn 'sport = 1080' | wc -l")).toBe("1\n");
  });

  it("show no change afterwards, and none in their unit that is not put right", async () => {
    succeeded(await stack.refresh("--expect-no-changes"));
    await onGateway("nsenter --net=/run/netns/tsp-work nft delete table inet tsproxy_route");
    await until(
      "the rules",
      async () => (await onGateway("/etc/tsproxy/kernel check work:route")) === "work:route 0\n",
      60_000,
      "npm run lab -- exec gateway journalctl -u tsproxy_watch",
    );
    await onGateway(`systemctl stop ${UNIT} && sed -i s/512M/900M/ /etc/systemd/system/${UNIT}`);
    expect(failed(await stack.preview("--refresh", "--expect-no-changes"))).toContain(UNIT);
    succeeded(await stack.up("--refresh"));
    await answers("a machine behind", get("10.0.0.50"), "office 10.0.0.50");
    expect(await onGateway(`grep -c 512M /etc/systemd/system/${UNIT}`)).toBe("1\n");
  });

  it("show none while what follows the machines starts anew", async () => {
    const state = `systemctl is-active ${FOLLOWER} || :`;
    await onGateway("rm /run/tsproxy/work/machines");
    await until("its restart", async () => (await onGateway(state)) !== "active\n", 30_000, FOLLOWER);
    succeeded(await stack.refresh("--expect-no-changes"));
    await until("its next run", async () => (await onGateway(state)) === "active\n", 30_000, FOLLOWER);
  });

  it("outlast a restart of the tailnet's node", async () => {
    await onGateway("systemctl restart tsproxy-work-tailscaled.service");
    await answers("a machine of the tailnet", get("240.64.0.1"), "office itself");
    await answers(
      "its name",
      `dig @${bench().lab.hosts.gateway.tailnetAddress} office.work AAAA +short`,
      `${VIA}:f040:1`,
    );
  });

  it("go without a trace, and log their node out", async () => {
    succeeded(await stack.destroy());
    const left = compareSnapshots(before, await bench().lab.snapshot("gateway"));
    // `ip` keeps namespaces there and leaves the mount to the next namespace; all of /run is left out
    expect(left.filter((difference) => !difference.startsWith("mount /run/netns: appeared"))).toEqual([]);
    const node = await nodeInHome();
    expect(Date.parse(node?.expiry ?? "")).toBeLessThan(Date.now());
  });
});
