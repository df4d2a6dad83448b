import type { Status } from "../../components/cli/look/shape.ts";
import { until } from "../lab/waiting.ts";
import { statusSchema } from "../tool-schemas.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";
import { runTool } from "./tool.ts";

onLaboratory("the tool", "tool", (bench) => {
  let stack: Stack;

  const tool = (...args: readonly string[]) => runTool(stack, bench().lab.privateKeyPath, args);
  const status = async () => {
    const { stdout, status: code } = await tool("status", "--json");
    const [gateway] = statusSchema.parse(JSON.parse(stdout)).gateways;
    if (gateway === undefined) throw new Error("no gateway");
    return { code, gateway };
  };
  const tailnetIn = ({ tailnets }: Status["gateways"][number], name: string) => {
    const tailnet = tailnets.find((each) => each.name === name);
    if (tailnet === undefined) throw new Error(`no tailnet ${name}`);
    return tailnet;
  };
  const onHost = (command: string) => bench().lab.mustExec("gateway", command);

  it("says of a gateway that is well all there is, and nothing else", async () => {
    stack = await bench().open(await bench().configurations.of());
    succeeded(await stack.up());
    const { code, gateway } = await status();
    expect(gateway).toMatchObject({ error: null, drift: [], failed: [], stacks: [`tsproxy/${stack.name}`] });
    expect(gateway.tailnets.map(({ name, state }) => [name, state])).toEqual([
      ["lab", "online"],
      ["work", "online"],
    ]);
    const { tailnetAddress } = bench().lab.hosts.gateway;
    expect(tailnetIn(gateway, "work")).toMatchObject({
      names: ["work"],
      dnsName: "home-work.work.example",
      ports: [{ listen: `${tailnetAddress}:11080`, server: "sing-box" }],
      routes: [
        { network: "10.0.0.0/24", via: "office.work.example", online: true, accepted: true },
        { network: "fd00:1::/64", via: "office.work.example", online: true, accepted: true },
      ],
    });
    expect(gateway.overlaps).toContainEqual({
      ...{ tailnet: "lab", network: "10.0.0.0/24" },
      ...{ other: "work", otherNetwork: "10.0.0.0/24" },
    });
    for (const { wanted, running } of gateway.programs) expect(running).toEqual(wanted);
    expect(code).toBe(0);
  });

  it("asks in one connection", async () => {
    const mark = await bench().lab.mark("gateway");
    await status();
    expect(await bench().lab.connections("gateway", mark)).toEqual({ connections: 1, sessions: 1 });
  });

  it("looks again and again in one connection, until it is ended", async () => {
    const { lab } = bench();
    const mark = await lab.mark("gateway");
    const isThird = (stdout: string) => stdout.split("home (").length > 3;
    const { stdout } = await runTool(stack, lab.privateKeyPath, ["status", "--watch"], isThird);
    expect(stdout).not.toContain("\u001b");
    expect(await lab.connections("gateway", mark)).toEqual({ connections: 1, sessions: 1 });
  });

  it("follows the journal until it is ended, and leaves nothing running", async () => {
    const { lab } = bench();
    const isStarted = (stdout: string) => stdout.includes("Started tsproxy-work-socks.service");
    const args = ["logs", "work", "--follow", "--since", "now"];
    const run = runTool(stack, lab.privateKeyPath, args, isStarted);
    const isFollowed = async () => (await lab.exec("gateway", "pgrep -x journalctl")).code === 0;
    await until("the journal to be followed", isFollowed, 10_000, "pgrep journalctl");
    await onHost("systemctl restart tsproxy-work-socks.service");
    expect((await run).stdout).toContain("Started tsproxy-work-socks.service");
    await until("it to end", async () => !(await isFollowed()), 20_000, "pgrep journalctl");
  });

  it("counts who is connected", async () => {
    const { lab } = bench();
    const proxy = `socks5h://${lab.hosts.gateway.tailnetAddress}:11080`;
    const held = `curl -s -N -x ${proxy} telnet://office.work:22 < <(sleep 60) >/tmp/heard`;
    await lab.mustExec("client", `setsid bash -c '${held}' >/dev/null 2>&1 &`);
    const heard = async () => (await lab.exec("client", "grep -q SSH /tmp/heard")).code === 0;
    await until("a session", heard, 10_000, held);
    const { ports, traffic } = tailnetIn((await status()).gateway, "work");
    expect(ports[0]?.sessions).toBe(1);
    expect(traffic?.received).toBeGreaterThan(0);
  });

  it("names a unit that was stopped, and rules that were taken away", async () => {
    await onHost(
      "systemctl stop tsproxy-lab-dns.service tsproxy_watch.service; nft delete table inet tsproxy_work",
    );
    const { code, gateway } = await status();
    expect(gateway.drift).toEqual(
      expect.arrayContaining([
        "tsproxy-lab-dns.service is not running",
        "tsproxy_watch.service is not running",
        "what tsproxy_netns-work.service made in the kernel was changed",
      ]),
    );
    expect(code).toBe(1);
    succeeded(await stack.up("--refresh"));
    expect((await status()).code).toBe(0);
  });

  it("names a tailnet whose node was logged out at its control server", async () => {
    const { work } = bench().lab.controls;
    const node = (await work.nodes()).find(({ name }) => name === "home-work");
    if (node === undefined) throw new Error("the node is not listed");
    await work.expireNode(node.id);
    const isOut = async () => tailnetIn((await status()).gateway, "work").state === "logged-out";
    await until("the node to be out", isOut, 30_000, "journalctl -u tsproxy-work-tailscaled");
    const { stdout } = await tool("status");
    expect(stdout).toMatch(/^work +logged-out /m);
    expect(stdout).toContain("! the login of the node has expired");
  });

  it("speaks to the node of a tailnet as root of its namespace, and has its status", async () => {
    expect(await tool("tailscale", "lab", "ip", "-4")).toMatchObject({ status: 0, stdout: "100.64.0.2\n" });
    const { status: code, stdout } = await tool("tailscale", "lab", "logout");
    expect(stdout).toContain("config file is locked");
    expect(code).toBe(1);
  });

  it("restarts one part of a tailnet, and nothing else", async () => {
    const before = await bench().lab.mainPids("gateway");
    expect(await tool("restart", "lab", "socks")).toMatchObject({
      status: 0,
      stdout: "restarted: tsproxy-lab-socks.service\n",
    });
    const after = await bench().lab.mainPids("gateway");
    const changed = Object.keys(before).filter(
      (unit) => unit.startsWith("tsproxy") && before[unit] !== after[unit],
    );
    expect(changed).toEqual(["tsproxy-lab-socks.service"]);
    expect((await tool("logs", "lab")).stdout).toContain("tsproxy-lab-socks.service");
    expect((await tool("logs", "lab")).stdout).not.toContain("tsproxy-work-");
  });

  it("says that a gateway has no such tailnet, and which it has", async () => {
    expect(await tool("logs", "nosuch")).toMatchObject({
      status: 1,
      stdout: "there is no tailnet nosuch on this gateway; it has: lab work \n",
    });
  });
});
