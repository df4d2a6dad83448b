import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const MAIN = join(__dirname, "../../../../components/cli/main.ts");

describe("the tool", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tsproxy-tool-"));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };
  const commands = () =>
    [...run("--help").stdout.matchAll(/^ {2}([a-z]+) [[<]/gm)].flatMap(([, name = ""]) =>
      name === "help" ? [] : [name],
    );

  it("has help for all and for each command", () => {
    expect(commands()).toEqual(["status", "doctor", "logs", "restart", "tailscale", "clients", "pin"]);
    for (const command of commands()) {
      const { status, stdout } = run(command, "--help");
      expect(stdout).toContain(`Usage: pulumi-tsproxy ${command}`);
      expect(status).toBe(0);
    }
  });

  it.each<[string[], string]>([
    [[], "Usage: pulumi-tsproxy"],
    [["nosuch"], "unknown command 'nosuch'"],
    [["pin", "--bogus"], "unknown option '--bogus'"],
    [["status", "extra"], "too many arguments"],
    [["status"], "run this in the folder of Pulumi.<stack>.yaml"],
    [["status", "--host", "a b"], "--host a b: is not user@address[:port]"],
    [["restart", "work", "nosuch"], "Allowed choices are socks, dns, tailscaled"],
    [["clients"], "missing required argument 'folder'"],
    [["clients", "x", "--facts", MAIN], "main.ts: is not JSON"],
    [["tailscale", "--host", "a", "Work"], "Work: is not the name of a tailnet"],
  ])("ends %j with status 2, and says why", (args, why) => {
    const { status, stderr } = run(...args);
    expect(stderr).toContain(why);
    expect(status).toBe(2);
  });

  it("ends quietly when what reads it has enough", () => {
    const script = `"$0" "$1" status --help | (exec 0<&-; sleep 1)`;
    const { stderr } = spawnSync("sh", ["-c", script, process.execPath, MAIN], { encoding: "utf8" });
    expect(stderr).toBe("");
  });

  it("ends with status 1 when a gateway does not answer, and says so in the form for programs too", () => {
    const { status, stdout } = run("status", "--json", "--host", "root@127.0.0.1:1", "--identity", MAIN);
    expect(JSON.parse(stdout).gateways).toMatchObject([
      { host: "127.0.0.1", error: expect.stringContaining("[credentials]") },
    ]);
    expect(status).toBe(1);
  });
});
