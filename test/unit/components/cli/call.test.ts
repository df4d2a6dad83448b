import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callOn, callProgram, linesUntil, tailnetName } from "../../../../components/cli/call/call-on.ts";
import type { Shell } from "../../../../providers/engine/wire/shell.ts";

const heard = (...lines: readonly string[]) => {
  const written: string[] = [];
  const output = linesUntil("f00d", (line) => written.push(line));
  for (const line of lines) output.line(line);
  return { written, status: output.status() };
};

describe("a call on a gateway", () => {
  /** A shell of this machine, in which the programs of `bin` go before others. */
  const shellWith = (bin: string): Shell => ({
    name: "here",
    run: async (program, { onLine }) => {
      const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
      const printed = execFileSync("sh", ["-s"], { input: program, encoding: "utf8", env });
      for (const line of printed.split("\n")) await onLine(line);
      return printed;
    },
    greet: async () => undefined,
  });
  let bin: string;
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), "tsproxy-bin-"));
    mkdirSync(bin, { recursive: true });
  });
  afterEach(() => rmSync(bin, { recursive: true }));
  const journalctl = (text: string) =>
    writeFileSync(join(bin, "journalctl"), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  const called = async (...call: string[]) => {
    const written: string[] = [];
    const status = await callOn(shellWith(bin), call, (line) => written.push(line));
    return { status, written };
  };

  it("gives on words as they are, whatever they hold", async () => {
    journalctl(`printf '%s\\n' "$@"`);
    const { written } = await called("logs", "", "yes", "$(id); 'x' \"y\" *");
    expect(written).toEqual([
      ...["--no-pager", "--quiet", "--output=short-iso", "--follow"],
      ...["--since=$(id); 'x' \"y\" *", "--unit=tsproxy*"],
    ]);
  });

  it("has the status of what it called, and its errors among its lines", async () => {
    journalctl("echo out; echo err >&2; exit 7");
    expect(await called("logs", "", "", "")).toEqual({ status: 7, written: ["out", "err"] });
  });

  it("keeps empty lines, and adds none", async () => {
    journalctl("printf 'one\\n\\ntwo'");
    expect((await called("logs", "", "", "")).written).toEqual(["one", "", "two"]);
  });

  it("shows nothing that could steer a terminal", async () => {
    journalctl("printf 'a\\033[2Jb\\tc\\n'");
    expect((await called("logs", "", "", "")).written).toEqual(["a\ufffd[2Jb\tc"]);
  });

  it("names the tailnets that there are, for one that is not", async () => {
    const { status, written } = await called("restart", "nosuch", "");
    expect(status).toBe(1);
    expect(written).toEqual([expect.stringContaining("there is no tailnet nosuch on this gateway")]);
  });

  it("takes no other line for its status", () => {
    expect(heard("= status 0 beef", "", "= status 3 f00d")).toEqual({
      written: ["= status 0 beef"],
      status: 3,
    });
    expect(heard("= status 0")).toEqual({ written: ["= status 0"], status: null });
  });

  it("runs nothing of a program that was cut", () => {
    const program = callProgram("f00d", ["logs", "", "", ""]);
    journalctl("echo ran >&2");
    const cut = program.slice(0, program.lastIndexOf("}"));
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    expect(() => execFileSync("sh", ["-s"], { input: cut, env, stdio: "pipe" })).toThrow(/[Ss]yntax error/);
  });
});

describe("the name of a tailnet", () => {
  it.each(["work", "a-1"])("may be %s", (name) => expect(tailnetName(name)).toBe(name));

  it.each(["", "Work", "-x", "../x", "twelve-chars", "a b"])("cannot be %j", (name) => {
    expect(() => tailnetName(name)).toThrow("is not the name of a tailnet");
  });
});
