import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { BenchHost, Fleet } from "../../../bench/contract.ts";
import { objectsFor } from "../../../bench/objects.ts";
import {
  ansibleConfig,
  ansibleInventory,
  ansiblePlaybook,
  CONFIGURATION,
  SYSTEMD,
} from "../../../bench/rivals/ansible-files.ts";
import { convergeScript } from "../../../bench/rivals/converge-script.ts";
import { pyinfraDeploy, pyinfraInventory } from "../../../bench/rivals/pyinfra.ts";
import { tool, writeTree } from "../../../bench/rivals/tool.ts";

const objects = objectsFor(2);
const hosts: readonly BenchHost[] = [
  { name: "h1", address: "198.18.0.11", hostKey: "ssh-ed25519 AAAA" },
  { name: "h2", address: "198.18.0.12", hostKey: "ssh-ed25519 BBBB" },
];
const fleet: Fleet = {
  hosts,
  keyFile: "/keys/login",
  knownHosts: "/keys/known",
  delay: async () => {},
  traffic: async () => ({ packets: 0, bytesOut: 0, bytesIn: 0 }),
  snapshot: async () => "",
  reset: async () => {},
  close: async () => {},
};

const folder = mkdtempSync(join(tmpdir(), "tsproxy-rivals-"));
afterAll(() => rmSync(folder, { recursive: true }));

const withPython = spawnSync("python3", ["--version"]).status === 0 ? it : it.skip;

describe("the folders that tools copy", () => {
  it("hold every file there is", () => {
    const elsewhere = Object.keys(objects.files).filter(
      (path) => !path.startsWith(CONFIGURATION) && !path.startsWith(SYSTEMD),
    );
    expect(elsewhere).toEqual([]);
  });

  it("are written with modes and contents", () => {
    const umask = process.umask(0o077);
    try {
      writeTree(folder, objects.files);
    } finally {
      process.umask(umask);
    }
    for (const [path, { mode, content }] of Object.entries(objects.files)) {
      const file = join(folder, path);
      expect((statSync(file).mode & 0o7777).toString(8)).toBe(mode.replace(/^0/, ""));
      expect(readFileSync(file, "utf8")).toBe(content);
    }
  });
});

describe("Ansible", () => {
  const settings = { fleet, folder: "/work", mitogen: undefined };

  it("checks host keys against the fleet's list and forwards no agent", () => {
    const config = ansibleConfig(settings);
    expect(config).toContain("host_key_checking = true");
    expect(config).toContain("UserKnownHostsFile=/keys/known");
    expect(config).toContain("ForwardAgent=no");
    expect(config).not.toContain("StrictHostKeyChecking=no");
  });

  it("uses pipelining, and Mitogen's strategy where it is asked for", () => {
    expect(ansibleConfig(settings)).toContain("pipelining = true");
    expect(ansibleConfig(settings)).not.toContain("strategy");
    expect(ansibleConfig({ ...settings, mitogen: "/site/strategy" })).toContain(
      "strategy_plugins = /site/strategy\nstrategy = mitogen_linear\n",
    );
  });

  it("is given one play, with every unit in the order in which they may be started", () => {
    const plays: unknown = parse(ansiblePlaybook(objects, "/tree"));
    expect(plays).toEqual([
      expect.objectContaining({
        gather_facts: false,
        tasks: expect.arrayContaining([expect.objectContaining({ loop: objects.units })]),
      }),
    ]);
  });

  it("is told the hosts' addresses", () => {
    expect(ansibleInventory(hosts)).toBe("h1 ansible_host=198.18.0.11\nh2 ansible_host=198.18.0.12\n");
  });
});

describe("pyinfra", () => {
  withPython("is given programs that Python reads", () => {
    for (const program of [pyinfraDeploy(objects), pyinfraInventory(hosts, fleet)]) {
      const { stderr, status } = spawnSync(
        "python3",
        ["-c", "import ast, sys; ast.parse(sys.stdin.read())"],
        { input: program, encoding: "utf8" },
      );
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    }
  });

  it("checks host keys against the fleet's list", () => {
    const inventory = pyinfraInventory(hosts, fleet);
    expect(inventory).toContain('"ssh_known_hosts_file":"/keys/known"');
    expect(inventory).toContain('"ssh_strict_host_key_checking":"yes"');
  });
});

describe("the expert's script", () => {
  it("is a shell program", () => {
    const script = convergeScript(objects.units, Buffer.from("archive"));
    const { stderr, status } = spawnSync("sh", ["-n"], { input: script, encoding: "utf8" });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
  });
});

describe("a tool", () => {
  it("cannot run before it was prepared", async () => {
    const unprepared = tool("Some tool 1.0", "some", async () => async () => ({
      wallSeconds: 1,
      cpuSeconds: 1,
    }));
    await expect(unprepared.run(hosts)).rejects.toThrow("Some tool 1.0 was not prepared");
  });

  it("begins anew whenever it is prepared", async () => {
    const some = tool("Some tool 1.0", "some", async (_fleet, _objects, own) => async () => ({
      wallSeconds: readdirSync(own).length,
      cpuSeconds: 0,
    }));
    writeTree(join(folder, "some"), { "/left": { mode: "0644", content: "" } });
    await some.prepare(fleet, objects, folder);
    expect((await some.run(hosts)).wallSeconds).toBe(0);
  });
});

describe("the locked packages", () => {
  const requirements = join(import.meta.dirname, "../../../bench/rivals/requirements");

  it.each(["ansible", "pyinfra"])("of %s have the pinned versions, and digests for each", (name) => {
    const [pins, lock] = ["in", "txt"].map((end) =>
      readFileSync(join(requirements, `${name}.${end}`), "utf8"),
    );
    const pinned = (pins ?? "").split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    for (const pin of pinned) expect(lock).toContain(`\n${pin.split(";")[0] ?? pin} `);
    for (const entry of (lock ?? "").split(/\n(?=[a-z])/).slice(1)) expect(entry).toContain("--hash=sha256:");
  });
});
