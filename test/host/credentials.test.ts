import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HostName } from "../lab/index.ts";
import { WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { run } from "../toolchain/command.ts";
import type { Variation } from "./laboratory-config.ts";
import { failed, onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Run, Stack } from "./stack.ts";

const OVERRIDE = "TSPROXY_SSH_KEY_FILE";
const AUTHORIZED = "/home/admin/.ssh/authorized_keys";

onLaboratory("credentials", "cred", (bench) => {
  let scratch: string;
  let stack: Stack;
  const file = (name: string) => join(scratch, name);
  const makeKey = (name: string) =>
    run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file(name)]);
  const refresh = (environment: Readonly<Record<string, string>> = {}): Promise<Run> =>
    stack.run(["refresh", "--yes", "--skip-preview", "--expect-no-changes"], "", environment);

  /** The gateway reached as `admin` with `ssh` laid over the rest. */
  const configure = async (ssh: object, more: Omit<Variation, "gateway"> = {}) => {
    const { lab, configurations } = bench();
    const { address: host, hostKey } = lab.hosts.gateway;
    const gateway = { ssh: { host, hostKey, user: "admin", ...ssh } };
    return configurations.of([WORK], { ...more, gateway });
  };
  /** Logins at `host` that `work` needed. */
  const loginsDuring = async (work: () => Promise<unknown>, host: HostName = "gateway"): Promise<number> => {
    const { lab } = bench();
    const mark = await lab.mark(host);
    await work();
    return (await lab.connections(host, mark)).connections;
  };
  /**
   * Changes the configuration, which nothing on the host has to follow.
   *
   * @param updated the four resources of the host, and the gateway, which shows what is no secret.
   * @param looks logins: another way to the host may lead to another host, which is looked at.
   */
  const change = async (ssh: object, more: Omit<Variation, "gateway"> = {}, updated = 5, looks = 0) => {
    await stack.configure(await configure(ssh, more));
    const logins = await loginsDuring(async () => {
      expect(succeeded(await stack.up())).toContain(`~ ${updated} updated`);
    });
    expect(logins).toBe(looks);
    expect(await loginsDuring(async () => succeeded(await refresh()))).toBe(1);
  };

  beforeAll(async () => {
    scratch = mkdtempSync(join(tmpdir(), "tsproxy-credentials-"));
    for (const name of ["second", "third", "unknown"]) await makeKey(name);
  });
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it("may be those of a user who has sudo without a password", async () => {
    stack = await bench().open(await configure({}));
    // one to work with; one each to confirm what the gateway and its tailnet change in the kernel
    expect(await loginsDuring(async () => succeeded(await stack.up()))).toBe(3);
    expect(await loginsDuring(async () => succeeded(await refresh()))).toBe(1);
  });

  it("change to those of a jump host without touching the host, and are used on both", async () => {
    const { lab } = bench();
    const { address: host, hostKey } = lab.hosts.client;
    const secrets = { "home/jump/privateKey": lab.privateKey };
    const jumps = await loginsDuring(
      () => change({ jump: { host, hostKey, user: "admin" } }, { secrets }, 5, 1),
      "client",
    );
    // the update, and the refresh after it
    expect(jumps).toBe(2);
    const log = await lab.mustExec(
      "gateway",
      "journalctl -t sshd -t sshd-session -o cat | grep Accepted | tail -n 1",
    );
    expect(log).toContain(`for admin from ${host} `);
  });

  it("change to a key file", async () => {
    await change({ privateKeyFile: bench().lab.privateKeyPath }, { without: ["home/privateKey"] }, 5, 1);
  });

  it("change to an agent", async () => {
    const socket = file("agent");
    const agent = spawn("ssh-agent", ["-D", "-a", socket], { stdio: "ignore" });
    try {
      await until("ssh-agent", async () => existsSync(socket), 5_000, "ssh-agent -D");
      await run(["ssh-add", "-q", bench().lab.privateKeyPath], { env: { SSH_AUTH_SOCK: socket } });
      await stack.configure(await configure({ agent: true }, { without: ["home/privateKey"] }));
      expect(await loginsDuring(async () => succeeded(await stack.up()))).toBe(0);
      expect(succeeded(await refresh({ SSH_AUTH_SOCK: socket }))).toContain("unchanged");
      expect(failed(await refresh())).toContain("[credentials]");
      const dead = failed(await refresh({ SSH_AUTH_SOCK: file("gone") }));
      expect(dead).toContain(`SSH_AUTH_SOCK is ${file("gone")}: no agent answers there`);
      const { address } = bench().lab.hosts.gateway;
      const forgetting = { SSH_AUTH_SOCK: file("gone"), TSPROXY_FORGET_HOSTS: address };
      expect(failed(await stack.run(["destroy", "--yes", "--skip-preview"], "", forgetting))).toContain(
        "[credentials]",
      );
      expect(succeeded(await refresh({ SSH_AUTH_SOCK: socket }))).toContain("unchanged");
    } finally {
      agent.kill();
    }
  });

  it("are rotated without touching the host, and the old ones may be withdrawn", async () => {
    const { lab } = bench();
    await lab.mustExec("gateway", `cat >>${AUTHORIZED}`, { stdin: readFileSync(file("second.pub"), "utf8") });
    await stack.configure(await configure({}));
    succeeded(await stack.up());
    const secrets = { "home/privateKey": readFileSync(file("second"), "utf8") };
    await change({}, { secrets }, 4);
    await lab.mustExec("gateway", `cat >${AUTHORIZED}`, { stdin: readFileSync(file("second.pub"), "utf8") });
    succeeded(await refresh());
  });

  it("are nowhere in the state in the clear", async () => {
    const state = await stack.export();
    expect(state).toContain("tsproxy-work-tailscaled.service");
    const [, middle = ""] = readFileSync(file("second"), "utf8").split("\n");
    for (const secret of ["PRIVATE KEY", middle, "hskey-auth-"]) expect(state).not.toContain(secret);
  });

  it("are tried at most twice, for all resources of the host together, when the host refuses them", async () => {
    const { lab } = bench();
    await lab.mustExec("gateway", `cat >${AUTHORIZED}`, { stdin: readFileSync(file("third.pub"), "utf8") });
    const mark = await lab.mark("gateway");
    const output = failed(await refresh({ [OVERRIDE]: file("unknown") }));
    expect(output).toContain(
      `${lab.hosts.gateway.address}: cannot log in as admin: the host refused the keys`,
    );
    expect(output).toContain("hint: put the public key into ~admin/.ssh/authorized_keys");
    const log = await lab.mustExec(
      "gateway",
      `journalctl --sync; journalctl -o cat --after-cursor='${mark}'`,
    );
    expect(log.match(/^Failed publickey/gm)).toHaveLength(2);
    expect(log.match(/^Connection from/gm)).toHaveLength(1);
  });

  it("may come from the environment when those of the state are lost", async () => {
    succeeded(await refresh({ [OVERRIDE]: file("third") }));
    succeeded(await stack.run(["destroy", "--yes", "--skip-preview"], "", { [OVERRIDE]: file("third") }));
    const left = "ls -d /etc/tsproxy /var/lib/tsproxy /etc/systemd/system/tsproxy* 2>/dev/null";
    expect((await bench().lab.exec("gateway", left)).stdout).toBe("");
  });
});
