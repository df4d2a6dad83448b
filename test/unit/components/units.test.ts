import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cases } from "./cases.ts";

const folder = mkdtempSync(join(tmpdir(), "tsproxy-units-"));
afterAll(() => rmSync(folder, { recursive: true }));

const withTool = spawnSync("systemd-analyze", ["--version"]).status === 0 ? it : it.skip;

const SYSTEM = "/etc/systemd/system/";

/** By their place below it, the files beside a unit that systemd reads with it too. */
const units = Object.values(cases)
  .flatMap(({ files }) => Object.entries(files))
  .filter(([path]) => path.startsWith(SYSTEM))
  .map(([path, { content }]): [string, string] => [path.slice(SYSTEM.length), String(content)]);

describe("rendered units", () => {
  // systemd 252 returns 0 for a key that it does not know; that it says nothing is the proof.
  withTool("leave systemd-analyze without a remark", () => {
    const paths = units.map(([name, text]) => {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, withPrograms(text));
      return path;
    });
    const { stdout, stderr } = spawnSync(
      "systemd-analyze",
      ["verify", "--man=no", "--recursive-errors=no", ...paths.filter((path) => dirname(path) === folder)],
      {
        encoding: "utf8",
        env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` },
      },
    );
    expect(stdout + stderr).toBe("");
  });
});

describe("rendered scripts", () => {
  const scripts = Object.values(cases)
    .flatMap(({ files }) => Object.entries(files))
    .filter(([, { mode }]) => mode === "0755")
    .map(([path, { content }]): [string, string] => [path, String(content)]);

  it.each(scripts)("%s is a shell script", (_path, text) => {
    expect(execFileSync("sh", ["-n"], { input: text, encoding: "utf8" })).toBe("");
  });
});

/** The programs of a gateway are not on this machine; `verify` only looks whether they can be run. */
function withPrograms(text: string): string {
  return text.replace(
    /(?<=^Exec\w+=[-+]{0,2})\/(?:etc\/tsproxy|usr\/local\/lib\/tsproxy|usr\/sbin\/danted)\S*/gm,
    (program) => {
      const path = join(folder, "bin", program);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, "#!/bin/sh\n", { mode: 0o755 });
      return path;
    },
  );
}
