import { HostError, legible, printable } from "../../../providers/engine/errors.ts";

describe("the text of a host error", () => {
  it("is complete: host, deed, reason, evidence, progress and one hint", () => {
    const error = new HostError("step-failed", {
      host: "gateway.lan",
      doing: "start tsproxy-work.service",
      because: "the command failed",
      evidence: ["Job for tsproxy-work.service failed", "bind: address already in use"],
      done: ["note what belongs to tailnet-work", "write /etc/a"],
      left: ["start b.service"],
      hint: "stop what listens there",
    });
    expect(error.message).toBe(
      `gateway.lan: cannot start tsproxy-work.service: the command failed [step-failed]
  | Job for tsproxy-work.service failed
  | bind: address already in use
  done: note what belongs to tailnet-work, write /etc/a
  left: start b.service
  hint: stop what listens there`,
    );
  });

  it("is one line when there is no more to say", () => {
    const error = new HostError("locked", { host: "gw", doing: "change anything", because: "locked by me" });
    expect(error.message).toBe("gw: cannot change anything: locked by me [locked]");
    expect(error).toMatchObject({ name: "HostError", code: "locked" });
  });

  it("keeps its cause", () => {
    const cause = new Error("ECONNREFUSED");
    expect(
      new HostError("unreachable", { host: "gw", doing: "connect", because: "no" }, { cause }).cause,
    ).toBe(cause);
  });
});

describe("what a host printed", () => {
  it.each([
    ["plain text, é and ✓", "plain text, é and ✓"],
    ["a\tb", "a b"],
    ["a\nhint: forged", "a?hint: forged"],
    ["\u202egnp.exe\u2066\u200b\ufeff\u2028", "?gnp.exe????"],
    ["half a \ud83d", "half a ?"],
    [`${"x".repeat(999)}😀`, `${"x".repeat(999)}?…`],
    ["\u001b[31mred\u001b[0m", "?[31mred?[0m"],
    ["\u0000\u0007\u007f\u009b", "????"],
    ["overwritten\rby this", "overwritten?by this"],
    ["x".repeat(1000), "x".repeat(1000)],
    ["x".repeat(1001), `${"x".repeat(1000)}…`],
  ])("%j is shown as %j", (line, shown) => {
    expect(printable(line)).toBe(shown);
  });

  it("is shown up to a hundred lines", () => {
    const evidence = Array.from({ length: 5000 }, (_, n) => `line ${n}`);
    const { message } = new HostError("step-failed", { host: "gw", doing: "x", because: "y", evidence });
    expect(message.split("\n")).toHaveLength(102);
    expect(message).toContain("\n  | line 99\n  | and 4900 more lines");
  });

  it("may be a whole file, whose lines stay", () => {
    expect(legible("a\n\tb\u001b[2J\r\n\u202e")).toBe("a\n\tb\ufffd[2J\ufffd\n\ufffd");
  });

  it("cannot steer a terminal through evidence", () => {
    const { message } = new HostError("step-failed", {
      host: "gw",
      doing: "x",
      because: "y",
      evidence: ["\u001b]0;title\u0007"],
    });
    expect(message).toContain("  | ?]0;title?");
  });
});
