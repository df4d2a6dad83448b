import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, matchesGlob } from "node:path";
import { FIREWALL_UNITS } from "../../../../../components/render/names.ts";
import type { Desired } from "../../../../../providers/engine/kinds/desired.ts";
import { cases, gateway } from "../../cases.ts";
import { renderTalker } from "../server/talker.ts";

const folder = mkdtempSync(join(tmpdir(), "tsproxy-units-"));
afterAll(() => rmSync(folder, { recursive: true }));

const withTool = spawnSync("systemd-analyze", ["--version"]).status === 0 ? describe : describe.skip;

const SYSTEM = "/etc/systemd/system/";

const all: Readonly<Record<string, Desired>> = {
  ...cases,
  "socks-bridge-with-a-guard": renderTalker({
    tailnet: "work",
    vethSubnet: "10.200.0.4/30",
    primaryAddress: "100.64.0.10",
    primaryInterface: "tailscale0",
    port: 11080,
    maxSessions: 512,
    clients: gateway.clients,
    singBoxVersion: "1.14.1",
  }),
};

/** By their place below it, the files beside a unit that systemd reads with it too. */
function unitsOf({ files }: Desired): [name: string, text: string][] {
  return Object.entries(files)
    .filter(([path]) => path.startsWith(SYSTEM))
    .map(([path, { content }]) => [path.slice(SYSTEM.length), String(content)]);
}

withTool("systemd-analyze has no remark on the units", () => {
  // systemd 252 returns 0 for a key that it does not know; that it says nothing is the proof.
  it.each(Object.entries(all))("of %s", (name, desired) => {
    const host = join(folder, name);
    // Two cases may have units of one name: this one's are written last.
    for (const [unit, text] of [...Object.values(all).flatMap(unitsOf), ...unitsOf(desired)])
      write(join(host, unit), withPrograms(text));
    const units = unitsOf(desired).map(([unit]) => unit);
    const paths = units.filter((unit) => !unit.includes("/")).map((unit) => join(host, unit));
    expect(paths.length).toBeGreaterThan(0);
    expect(remarksOn(paths, host)).toBe("");
  });

  it("which it would make, of one with a key that systemd does not know", () => {
    const [name, text] = unitsOf(all.gateway ?? raise())[0] ?? raise();
    const path = join(folder, "faulty", name);
    write(path, withPrograms(text.replace("[Service]", "[Service]\nRestrat=always")));
    expect(remarksOn([path], dirname(path))).toContain("Restrat");
  });
});

describe("what follows a reload of the host's firewall", () => {
  const named = [...new Map(Object.values(all).flatMap(unitsOf))].filter(([name]) => !name.includes("/"));
  const follows = named.filter(([name]) => FIREWALL_UNITS.some((units) => matchesGlob(name, units)));

  it("can be reloaded, so that no session ends", () => {
    expect(follows.filter(([, text]) => !text.includes("\nExecReload=")).map(([name]) => name)).toEqual([]);
  });

  it("is whatever has a table of its own on the host", () => {
    const held = named.filter(([, text]) => /^ExecStart=.*\/kernel up (?!@)/m.test(text));
    expect(held.length).toBeGreaterThan(0);
    expect(follows).toEqual(held);
  });
});

function raise(): never {
  throw new Error("no unit");
}

function remarksOn(paths: readonly string[], host: string): string {
  const { stdout, stderr } = spawnSync(
    "systemd-analyze",
    ["verify", "--man=no", "--recursive-errors=no", ...paths],
    { encoding: "utf8", env: { ...process.env, SYSTEMD_UNIT_PATH: `${host}:` } },
  );
  return stdout + stderr;
}

function write(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text, { mode });
}

describe("rendered scripts", () => {
  const scripts = Object.entries(all).flatMap(([name, { files }]) =>
    Object.entries(files)
      .filter(([, { mode }]) => mode === "0755")
      .map(([path, { content }]): [string, string] => [`${path} of ${name}`, String(content)]),
  );

  it.each(scripts)("%s is a shell script", (_path, text) => {
    expect(execFileSync("sh", ["-n"], { input: text, encoding: "utf8" })).toBe("");
  });
});

/**
 * The programs that a unit runs need not be on this machine; `verify` only looks whether they can be run. In their
 * place stand files of the same path below a folder; a shell and systemd's own programs are everywhere.
 */
function withPrograms(text: string): string {
  return text.replace(
    /(?<=^Exec\w+=[-+]{0,2})\/(?!bin\/|lib\/systemd\/|usr\/bin\/systemctl)\S*/gm,
    (program) => {
      const path = join(folder, "bin", program);
      write(path, "#!/bin/sh\n", 0o755);
      return path;
    },
  );
}
