import type { HostName, Lab } from "../lab/index.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { run } from "../toolchain/command.ts";
import { failures } from "./failures.ts";
import type { Variation } from "./laboratory-config.ts";
import { failed, onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

const WAYS = [WORK, LAB];

onLaboratory("in trouble", "trouble", (bench) => {
  let stack: Stack;
  let previewed: Readonly<Record<string, unknown>>;

  const configure = async (more: Variation = {}) =>
    stack.configure(await bench().configurations.of(WAYS, more));
  /** Output of an `up` that has to fail, which names the host in each of its errors. */
  const refused = async (): Promise<string> => {
    const output = failed(await stack.up());
    expect(output).toContain(`${bench().lab.hosts.gateway.address}: cannot `);
    expect(output).not.toMatch(/\n\s+at .*\.(?:js|ts):\d+/);
    return output;
  };
  const nothingThere = async () => {
    const traces =
      "ls -d /etc/tsproxy /var/lib/tsproxy /etc/systemd/system/tsproxy* /run/netns/* 2>/dev/null";
    expect((await bench().lab.exec("gateway", traces)).stdout).toBe("");
  };

  it("previews every file with the host switched off", async () => {
    const { lab, configurations, open } = bench();
    stack = await open(await configurations.of(WAYS));
    await lab.stop("gateway");
    expect(succeeded(await stack.preview("--diff"))).toContain("+ 15 to create");
    previewed = filesOf((await stack.expect(["preview", "--json"])).stdout);
    const output = await refused();
    expect(output).toContain("connect to port 22");
    expect(output).toContain("hint: is the host on");
    await lab.start("gateway");
  });

  it("prints the line to paste and its fingerprint when the host key is another one", async () => {
    const { lab } = bench();
    const { address, hostKey } = lab.hosts.gateway;
    await configure({ gateway: { ssh: { host: address, hostKey: lab.hosts.client.hostKey } } });
    const output = await refused();
    expect(output).toContain(`the host shows:  ${hostKey}`);
    expect(output).toContain(await fingerprintOf(hostKey));
    expect(output).toContain(await fingerprintOf(lab.hosts.client.hostKey));
    await nothingThere();
  });

  it("previews without a host key, and then prints the one to paste", async () => {
    const { lab } = bench();
    const { address, hostKey } = lab.hosts.gateway;
    await configure({ gateway: { ssh: { host: address, hostKey: "" } } });
    expect(succeeded(await stack.preview())).toContain("ssh.hostKey");
    const output = await refused();
    expect(output).toContain("no host key was given");
    expect(output).toContain(`the host shows:  ${hostKey}`);
    await nothingThere();
  });

  it("names the address that the host has in its primary tailnet when another one was given", async () => {
    const { lab } = bench();
    await configure({ gateway: { primaryAddress: "100.64.0.77" } });
    const output = await refused();
    expect(output).toContain("primaryAddress: 100.64.0.77 is not an address of tailscale0");
    expect(output).toContain(`tailscale0 has ${lab.hosts.gateway.tailnetAddress}`);
    expect(output).toContain("nothing was changed");
    await nothingThere();
  });

  it("reports a missing primary tailnet and a taken DNS port at once", async () => {
    const { lab } = bench();
    await configure();
    await listen(lab, "gateway", "0.0.0.0:53");
    await lab.mustExec("gateway", "systemctl stop tailscaled");
    const output = await refused().finally(() =>
      lab.mustExec("gateway", "systemctl stop busy; systemctl start tailscaled"),
    );
    expect(output).toContain("join the primary tailnet first");
    expect(output).toContain("there is no interface tailscale0");
    expect(output).toContain("dnsPort: tcp port 53");
    expect(output).toContain("systemd-socket-");
    await nothingThere();
    const joined = async () =>
      (await lab.exec("gateway", "ip -4 address show dev tailscale0")).stdout.includes("100.64.");
    await until("the gateway's tailscale0", joined, 30_000, "tailscale status");
  });

  it("says which package cannot be installed, and why", async () => {
    const { lab } = bench();
    const sources = "/etc/apt/sources.list";
    await lab.mustExec(
      "gateway",
      `cp ${sources} /root/sources; echo 'deb [trusted=yes] http://198.18.255.1/debian ./' >${sources}`,
    );
    await lab.mustExec("gateway", "rm -rf /var/lib/apt/lists/*");
    const output = await refused().finally(() => lab.mustExec("gateway", `mv /root/sources ${sources}`));
    expect(output).toMatch(/cannot (install|update the package lists)/);
    expect(output).toContain("198.18.255.1");
    expect(output).toContain("hint: ");
  });

  it("says which auth key was refused, and why", async () => {
    const wrong = { secrets: { "home/work/authKey": "hskey-auth-wrong" }, tailnet: { loginTimeout: 8 } };
    await stack.configure(await bench().configurations.of([WORK], wrong));
    const output = await refused();
    expect(output).toContain("cannot log in to tailnet work: the control server refuses the login");
    expect(output).toMatch(/auth ?key/i);
    expect(output).not.toContain("hskey-auth-wrong");
  });

  it("says who has a SOCKS port, and builds what does not need it", async () => {
    const { lab } = bench();
    await listen(lab, "gateway", `${lab.hosts.gateway.tailnetAddress}:${LAB.port}`);
    await configure();
    const output = await refused().finally(() => lab.mustExec("gateway", "systemctl stop busy"));
    expect(output).toContain(`port: tcp port ${LAB.port} of ${lab.hosts.gateway.tailnetAddress} is taken`);
    expect(output).toContain("systemd-socket-");
    expect((await lab.controls.lab.nodes()).map(({ name }) => name)).toContain("home-lab");
  });

  it("converges once everything is corrected", async () => {
    const { lab } = bench();
    await configure();
    succeeded(await stack.up());
    expect(await failures(lab, proofsOf(lab, WAYS))).toEqual([]);
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("leaves a gateway that works as it is when its host key was mistyped", async () => {
    const { lab } = bench();
    const { address } = lab.hosts.gateway;
    const before = await lab.mainPids("gateway");
    await configure({ gateway: { ssh: { host: address, hostKey: lab.hosts.client.hostKey } } });
    expect(succeeded(await stack.preview())).not.toContain("replace");
    expect(await refused()).toContain(`the host shows:  ${lab.hosts.gateway.hostKey}`);
    expect(await lab.mainPids("gateway")).toEqual(before);
  });

  it("leaves a SOCKS port that works as it is when the next one is taken", async () => {
    const { lab } = bench();
    await lab.mustExec("gateway", "systemd-run -q --unit=taken /usr/sbin/sshd -D -p 11099");
    await stack.configure(await bench().configurations.of([WORK, { ...LAB, port: 11099 }]));
    const output = await refused();
    await lab.mustExec("gateway", "systemctl stop taken");
    expect(output).toContain(`port: tcp port 11099 of ${lab.hosts.gateway.tailnetAddress} is taken`);
    expect(output).toContain("sshd");
    expect(await failures(lab, proofsOf(lab, WAYS))).toEqual([]);
    await configure();
    succeeded(await stack.up());
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("had previewed every byte of every file, secrets aside", async () => {
    const { lab } = bench();
    const owned = await lab.mustExec("gateway", "sed -n 's/^file //p' /var/lib/tsproxy/*.manifest");
    const paths = owned.trimEnd().split("\n").sort();
    expect(paths.length).toBeGreaterThan(30);
    expect(Object.keys(previewed).sort()).toEqual(paths);
    for (const [path, content] of Object.entries(previewed)) {
      if (typeof content === "string") expect(await lab.mustExec("gateway", ["cat", path])).toBe(content);
    }
    const secrets = Object.values(previewed).filter((content) => typeof content !== "string");
    expect(secrets).toEqual([{ secret: "authKey" }, { secret: "authKey" }]);
  });
});

interface Preview {
  readonly steps: readonly {
    readonly newState?: {
      readonly inputs?: {
        readonly desired?: { readonly files?: Readonly<Record<string, { readonly content: unknown }>> };
      };
    };
  }[];
}

/** Contents by path, as `pulumi preview --json` shows them. */
function filesOf(json: string): Record<string, unknown> {
  const { steps } = JSON.parse(json) as Preview;
  const files = steps.flatMap(({ newState }) => Object.entries(newState?.inputs?.desired?.files ?? {}));
  return Object.fromEntries(files.map(([path, { content }]) => [path, content]));
}

async function fingerprintOf(hostKey: string): Promise<string> {
  const answer = await run(["ssh-keygen", "-l", "-f", "-"], { stdin: `${hostKey}\n` });
  return answer.split(" ")[1] ?? "";
}

/** A foreign program that has the port until `systemctl stop busy`. */
async function listen(lab: Lab, host: HostName, at: string): Promise<void> {
  await lab.mustExec(host, `systemd-run --quiet --unit=busy systemd-socket-activate --listen=${at} /bin/cat`);
  const listening = async () => (await lab.exec(host, "ss -Hltn")).stdout.includes(at);
  await until(`${at} to be taken`, listening, 5_000, "systemctl status busy");
}
