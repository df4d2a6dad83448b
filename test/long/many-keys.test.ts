import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failures } from "../host/failures.ts";
import { failed, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { proofsOf, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { run } from "../toolchain/command.ts";

const OTHERS = 9;

onLaboratory(
  "an operator whose agent holds ten keys, the right one last, and a host that takes three",
  "keys",
  (bench) => {
    let stack: Stack;
    let home: string;
    let agent: ReturnType<typeof spawn>;
    const file = (name: string) => join(home, name);
    const environment = () => ({ HOME: home, SSH_AUTH_SOCK: file("agent") });
    const pulumi = (verb: string) => stack.run([verb, "--yes", "--skip-preview"], "", environment());
    const configure = async (ssh: object) => {
      const { address: host, hostKey } = bench().lab.hosts.gateway;
      const gateway = { ssh: { host, hostKey, ...ssh } };
      return bench().configurations.of([WORK], { gateway, without: ["home/privateKey"] });
    };

    beforeAll(async () => {
      const { privateKeyPath } = bench().lab;
      home = mkdtempSync(join(tmpdir(), "tsproxy-keys-"));
      agent = spawn("ssh-agent", ["-D", "-a", file("agent")], { stdio: "ignore" });
      await until("ssh-agent", async () => existsSync(file("agent")), 10_000, "ssh-agent -D");
      for (let number = 0; number < OTHERS; number++) {
        const name = file(`other-${number}`);
        await run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", `other ${number}`, "-f", name]);
        await run(["ssh-add", "-q", name], { env: environment() });
      }
      await run(["ssh-add", "-q", privateKeyPath], { env: environment() });
      writeFileSync(file("right.pub"), await run(["ssh-keygen", "-y", "-f", privateKeyPath]));
    });
    afterAll(() => {
      agent.kill();
      rmSync(home, { recursive: true });
    });

    it("is told within two seconds of the first connection how the right one is named", async () => {
      const { lab, open } = bench();
      stack = await open(await configure({}));
      const mark = await lab.mark("gateway");
      const output = failed(await pulumi("up"));
      expect(output).toContain("the host takes fewer keys than it was offered");
      expect(output).toContain(
        "name the right one by ssh.privateKeyFile (for a key of the agent its .pub will do)",
      );
      const log = await lab.mustExec(
        "gateway",
        `journalctl --sync; journalctl -q -o short-unix --after-cursor='${mark}'`,
      );
      const lines = log.split("\n").filter((line) => / sshd(?:-session)?\[/.test(line));
      expect(lines.filter((line) => line.includes(": Connection from "))).toHaveLength(1);
      const [first = Number.NaN, last = Number.NaN] = [lines[0], lines.at(-1)].map((line) =>
        Number.parseFloat(line ?? ""),
      );
      expect(last - first).toBeLessThan(2);
    });

    it("works once it is named, though only the agent has it", async () => {
      await stack.configure(await configure({ privateKeyFile: file("right.pub") }));
      succeeded(await pulumi("up"));
    });

    it("serves its clients, and goes by the same key", async () => {
      expect(await failures(bench().lab, proofsOf(bench().lab, [WORK]))).toEqual([]);
      succeeded(await pulumi("destroy"));
    });
  },
  ["many-keys"],
);
