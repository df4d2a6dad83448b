import { WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { differences } from "./differences.ts";
import { failed, onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

const TAILSCALED = "tsproxy-work-tailscaled.service";

/** What the node in the namespace says of itself; more fields are there. */
interface Status {
  readonly BackendState: string;
  readonly TailscaleIPs: readonly string[] | null;
  readonly Self: { readonly DNSName: string };
}

interface Deployment {
  readonly deployment: {
    readonly resources: readonly {
      readonly urn: string;
      readonly outputs?: { readonly facts?: { readonly probes: { readonly tailnet?: object } } };
    }[];
  };
}

onLaboratory("a login", "login", (bench) => {
  let stack: Stack;

  const status = async (): Promise<Status> => {
    const socket = "/run/tsproxy-work/tailscaled.sock";
    const ask = `curl -s --unix-socket ${socket} http://local-tailscaled.sock/localapi/v0/status`;
    return JSON.parse(await bench().lab.mustExec("gateway", ask)) as Status;
  };
  const untilState = async (...states: string[]) =>
    until(
      `the node to be ${states.join(" or ")}`,
      async () => states.includes((await status()).BackendState),
      30_000,
      `journalctl -u ${TAILSCALED}`,
    );
  const restart = () => bench().lab.mustExec("gateway", ["systemctl", "restart", TAILSCALED]);
  const withKey = async (key: string) =>
    stack.configure(await bench().configurations.of([WORK], { secrets: { "home/work/authKey": key } }));
  /** The gateway's node, as its control server has it. */
  const listed = async () => {
    const node = (await bench().lab.controls.work.nodes()).find(({ name }) => name === "home-work");
    if (node === undefined) throw new Error("the node is not listed");
    return node;
  };
  /** What the state says of the node. */
  const factsOf = async () => {
    const { deployment } = JSON.parse(await stack.export()) as Deployment;
    const resource = deployment.resources.find(({ urn }) => urn.endsWith("::home-work-tailnet"));
    return resource?.outputs?.facts?.probes.tailnet;
  };
  /** The server knows none of its keys any more. */
  const deleteKeys = async () => {
    const { controls } = bench().lab;
    const { preAuthKeys } = await controls.work.api<{ preAuthKeys: { id: string }[] }>("GET", "/preauthkey");
    for (const { id } of preAuthKeys) await controls.work.api("DELETE", `/preauthkey?id=${id}`);
  };

  it("lasts when its key is gone and the daemon or the host starts anew", async () => {
    stack = await bench().open(await bench().configurations.of([WORK]));
    succeeded(await stack.up());
    const before = await status();
    await deleteKeys();
    await restart();
    await untilState("Running");
    await bench().lab.reboot("gateway");
    await untilState("Running");
    expect((await status()).TailscaleIPs).toEqual(before.TailscaleIPs);
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("is left alone by a new key", async () => {
    const { lab } = bench();
    const before = await lab.mainPids("gateway");
    await withKey(await lab.controls.work.preauthKey());
    succeeded(await stack.up());
    expect(await lab.mainPids("gateway")).toEqual(before);
    await deleteKeys();
  });

  it("is told with the name that the node has by now", async () => {
    const { id } = await listed();
    await bench().lab.controls.work.api("POST", `/node/${id}/rename/moved`);
    const renamed = async () => (await status()).Self.DNSName === "moved.work.example.";
    await until("the new name of the node", renamed, 10_000, `journalctl -u ${TAILSCALED}`);
    expect(await factsOf()).toMatchObject({ dnsName: "home-work.work.example" });
    const output = succeeded(await stack.refresh());
    expect(output).toContain(
      'tailnet-work: dnsName: "moved.work.example", formerly "home-work.work.example"',
    );
    expect(await factsOf()).toMatchObject({ dnsName: "moved.work.example", state: "Running", health: [] });
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("is of no use where the host has got another address in its primary tailnet, which is told", async () => {
    const { lab } = bench();
    const { tailnetAddress: own } = lab.hosts.gateway;
    const move = (from: string, to: string) =>
      lab.mustExec(
        "gateway",
        `ip address add ${to}/32 dev tailscale0; ip address del ${from}/32 dev tailscale0`,
      );
    await move(own, "100.64.0.99");
    const output = succeeded(await stack.refresh());
    await move("100.64.0.99", own);
    expect(output).toContain(`primaryAddress: ${own} is not an address of tailscale0`);
    expect(output).toContain("tailscale0 has 100.64.0.99");
  });

  it("that the node has lost is drift, and fails at once where the key is of no use", async () => {
    await bench().lab.controls.work.deleteNode((await listed()).id);
    await restart().catch(() => undefined);
    await untilState("NoState", "NeedsLogin");
    const { "home-work-tailnet": shown } = differences(succeeded(await stack.preview("--refresh", "--diff")));
    expect(shown).toContain("~ healthy: false => true");
    const output = failed(await stack.up("--refresh"));
    expect(output).toContain(
      "cannot log in to tailnet work: the control server refuses the login: invalid pre auth key [step-failed]",
    );
    expect(output).toContain(
      "hint: if the key was used before or has expired: make a new one in that tailnet",
    );
  });

  it("is made anew with a new key", async () => {
    const { controls } = bench().lab;
    await withKey(await controls.work.preauthKey({ reusable: false }));
    succeeded(await stack.up());
    await untilState("Running");
    await deleteKeys();
    await restart();
    await untilState("Running");
    succeeded(await stack.refresh("--expect-no-changes"));
    expect((await stack.outputs()).nodeAddresses).toEqual({ "home/work": (await listed()).ipAddresses });
  });

  it("that has expired is made anew with a new key, as the same node", async () => {
    const { controls } = bench().lab;
    const before = await listed();
    await controls.work.expireNode(before.id);
    await untilState("NeedsLogin");
    await withKey(await controls.work.preauthKey({ reusable: false }));
    expect(succeeded(await stack.refresh())).toContain("tailnet-work: the login of the node has expired");
    succeeded(await stack.up());
    await untilState("Running");
    expect((await listed()).ipAddresses).toEqual(before.ipAddresses);
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("is made by a browser where that is wanted in place of a key, and the page is named at once", async () => {
    const { controls } = bench().lab;
    const noKey = { without: ["home/work/authKey"], tailnet: { browserLogin: true } };
    await stack.configure(await bench().configurations.of([WORK], noKey));
    succeeded(await stack.up());
    await controls.work.deleteNode((await listed()).id);
    await restart().catch(() => undefined);
    await untilState("NeedsLogin");
    const output = failed(await stack.up("--refresh"));
    expect(output).toContain(
      "cannot log in to tailnet work: the node is logged out (NeedsLogin) [step-failed]",
    );
    const [, id] =
      /hint: open https:\/\/control-work\.internet\/register\/(\S+) in a browser/.exec(output) ?? [];
    await controls.work.api("POST", `/node/register?user=lab&key=${id}`);
    await untilState("Running");
    succeeded(await stack.up("--refresh"));
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("moves to another control server with a key of that one", async () => {
    const { controls } = bench().lab;
    const there = {
      tailnet: { loginServer: controls.lab.url },
      secrets: { "home/work/authKey": await controls.lab.preauthKey({ reusable: false }) },
    };
    await stack.configure(await bench().configurations.of([WORK], there));
    succeeded(await stack.up());
    expect((await status()).Self.DNSName).toBe("home-work.lab.example.");
    succeeded(await stack.refresh("--expect-no-changes"));
  });
});
