import { WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { failed, onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

const TAILSCALED = "tsproxy-work-tailscaled.service";

/** What the node in the namespace says of itself; more fields are there. */
interface Status {
  readonly BackendState: string;
  readonly TailscaleIPs: readonly string[] | null;
}

onLaboratory("a login", "login", (bench) => {
  let stack: Stack;

  const status = async (): Promise<Status> => {
    const socket = "/run/tsproxy-work/tailscaled.sock";
    const ask = `curl -s --unix-socket ${socket} http://local-tailscaled.sock/localapi/v0/status`;
    return JSON.parse(await bench().lab.mustExec("gateway", ask)) as Status;
  };
  const untilState = async (state: string) =>
    until(
      `the node to be ${state}`,
      async () => (await status()).BackendState === state,
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

  it("that the node has lost is drift, and fails at once where the key is of no use", async () => {
    await bench().lab.controls.work.deleteNode((await listed()).id);
    await restart().catch(() => undefined);
    await untilState("NeedsLogin");
    expect(succeeded(await stack.preview("--refresh", "--diff"))).toContain("healthy: false => true");
    const output = failed(await stack.up());
    expect(output).toContain("cannot log in to tailnet work");
    expect(output).toMatch(/invalid pre auth key|key/i);
  });

  it("is made anew with a new key", async () => {
    await withKey(await bench().lab.controls.work.preauthKey());
    succeeded(await stack.up());
    await untilState("Running");
    await deleteKeys();
    await restart();
    await untilState("Running");
    succeeded(await stack.refresh("--expect-no-changes"));
  });
});
