import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { reached, WORK } from "../lab/proofs.ts";
import { run } from "../toolchain/command.ts";
import { failures } from "./failures.ts";
import { gatewayConfig, tailnetConfig } from "./laboratory-config.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import { FILES } from "./somebodys-project.ts";
import { Stack } from "./stack.ts";

const checkout = resolve(import.meta.dirname, "../..");

onLaboratory("the packed library beside somebody's program", "packed", (bench) => {
  let directory: string;
  let stack: Stack;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "tsproxy-packed-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("is installed from its tarball into an empty folder", async () => {
    const packed = await run(["npm", "pack", "--json", "--ignore-scripts", "--pack-destination", directory], {
      cwd: checkout,
    });
    const [, tarball = ""] = /"filename": "([^"]+)"/.exec(packed) ?? [];
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(directory, name), text);
    await run(["npm", "install", "--prefer-offline", "--no-audit", "--no-fund", `./${tarball}`], {
      cwd: directory,
    });
    expect(existsSync(join(directory, "node_modules/pulumi-tsproxy/test"))).toBe(false);
    expect(await run(["node_modules/.bin/tsc", "--noEmit"], { cwd: directory })).toBe("");
  });

  it("previews and applies on a host", async () => {
    const { lab } = bench();
    const { socks, dns, ...login } = tailnetConfig(lab, WORK);
    stack = await Stack.in(directory, "packed", {
      "somebody:gateway": gatewayConfig(lab),
      "somebody:login": login,
    });
    await stack.expect(["config", "set", "--secret", "somebody:privateKey"], lab.privateKey);
    await stack.expect(
      ["config", "set", "--secret", "somebody:authKey"],
      await lab.controls.work.preauthKey(),
    );
    expect(succeeded(await stack.preview())).toContain("+ 9 to create");
    expect(succeeded(await stack.up())).toContain("+ 9 created");
    const { tailnetAddress } = lab.hosts.gateway;
    expect(await stack.outputs()).toEqual({ url: `socks5h://${tailnetAddress}:11080`, suffix: "work" });
    expect(await failures(lab, reached(tailnetAddress, WORK))).toEqual([]);
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  it("removes all of it with the program that the state holds", async () => {
    // refresh and destroy do not run the program: what they need is in the state and in node_modules
    writeFileSync(join(directory, "index.ts"), "throw new Error('this is not run');\n");
    succeeded(await stack.destroy());
    const left = "ls -d /etc/tsproxy /var/lib/tsproxy /etc/systemd/system/tsproxy* 2>/dev/null";
    expect((await bench().lab.exec("gateway", left)).stdout).toBe("");
  });
});
