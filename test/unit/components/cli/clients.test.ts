import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filesOf } from "../../../../components/clients/files.ts";
import { linesOf } from "../../../../components/clients/lines.ts";
import { kits } from "../clients/kits.ts";

const MAIN = join(__dirname, "../../../../components/cli/main.ts");

describe("files for clients", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "tsproxy-clients-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const write = (args: readonly string[], input = "") => {
    const options = { cwd: folder, encoding: "utf8", input } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, "clients", ...args], options);
    return { status, stdout, stderr };
  };
  const written = (path: string) => readFileSync(join(folder, path), "utf8");

  it("are written from the facts of a kit, and the one to begin with is named", () => {
    const facts = kits["two-gateways"] ?? [];
    const found = write(["files", "--facts", "-"], JSON.stringify(linesOf(facts)));
    expect(found).toEqual({ status: 0, stdout: "files/README.md\n", stderr: "" });
    for (const [path, text] of Object.entries(filesOf(facts))) expect(written(`files/${path}`)).toBe(text);
  });

  it("are written from the configuration of a stack, of which no secret is read", () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: x\nruntime: nodejs\n");
    const tailnets = { work: { socks: { port: 11080, users: ["ann"] }, dns: { suffix: "work.internal" } } };
    const home = { ssh: { host: "gateway.lan", hostKey: "" }, primaryAddress: "100.64.0.10", tailnets };
    const config = { "tsproxy:gateways": { home }, "tsproxy:secrets": { secure: "v1:xxx" } };
    writeFileSync(join(folder, "Pulumi.home.yaml"), JSON.stringify({ config }));
    expect(write(["files"])).toEqual({ status: 0, stdout: "files/README.md\n", stderr: "" });
    expect(written("files/browsers/proxy.pac")).toContain('["work.internal", "PROXY 100.64.0.10:11080"]');
  });

  it("are refused for gateways at one address, which are in two primary tailnets", () => {
    writeFileSync(join(folder, "Pulumi.yaml"), "name: x\nruntime: nodejs\n");
    const gateway = (host: string, tailnet: string) => ({
      ...{ ssh: { host, hostKey: "" }, primaryAddress: "100.64.0.10" },
      tailnets: { [tailnet]: { socks: { port: 11080 }, dns: { suffix: `${tailnet}.internal` } } },
    });
    const gateways = { home: gateway("a.lan", "work"), away: gateway("b.lan", "lab") };
    writeFileSync(
      join(folder, "Pulumi.home.yaml"),
      JSON.stringify({ config: { "tsproxy:gateways": gateways } }),
    );
    expect(write(["files"]).stderr).toContain('[1].address: "100.64.0.10" is that of [0] already');
  });

  it("are not mixed with others: the folder must be new or empty", () => {
    writeFileSync(join(folder, "other"), "");
    const { status, stderr } = write([".", "--facts", "-"], "[]");
    expect([status, stderr]).toEqual([2, expect.stringContaining(".: is no empty folder")]);
  });

  it("are refused with everything that is wrong with the facts", () => {
    const { status, stderr } = write(
      ["files", "--facts", "-"],
      JSON.stringify(["address=x&tailnet=work&port=0"]),
    );
    expect(status).toBe(1);
    expect(stderr).toContain("clients: 2 problems");
  });
});
