import { HostError } from "../../../../providers/engine/errors.ts";
import type { Order } from "../../../../providers/engine/host.ts";
import { OWNS_NOTHING } from "../../../../providers/engine/state/owned.ts";
import { confirmReachable } from "../../../../providers/engine/wire/confirm-reachable.ts";
import type { Shell } from "../../../../providers/engine/wire/shell.ts";
import { identity } from "../make.ts";

const ORDER: Order = {
  identity,
  owned: OWNS_NOTHING,
  steps: [
    { do: "start", units: ["tsproxy_netns-work.service"], inKernel: true },
    { do: "start", units: ["b.service"] },
  ],
};

const lost = new HostError("connection-lost", {
  host: "gateway.lan",
  doing: "finish a program",
  because: "the connection was cut",
});

/** A way that is open or cut, and how often it was tried. */
function tried(isOpen: boolean) {
  const record = { knocks: 0, now: 0 };
  const shell: Shell = {
    name: "gateway.lan",
    run: () => Promise.reject(lost),
    async greet() {
      record.knocks++;
      if (isOpen) return;
      throw new HostError("unreachable", { host: "gateway.lan", doing: "connect", because: "no answer" });
    },
  };
  return { record, way: confirmReachable(shell, "00ff", [ORDER], () => record.now) };
}

describe("the way to a host", () => {
  it("is tried once, when the host asks, and the answer is a command that does nothing", async () => {
    const { way, record } = tried(true);
    expect(way.onLine("= armed 00ff")).toBeUndefined();
    expect(await way.onLine("= connect 00ff")).toBe(": connected 00ff\n");
    expect(way.onLine("= connect 00ff")).toBeUndefined();
    expect(record.knocks).toBe(1);
  });

  it.each(["= connect", "= connect ff00", "| = connect 00ff", "connect 00ff", ""])(
    "is not tried for the line %j",
    (line) => {
      const { way, record } = tried(true);
      expect(way.onLine(line)).toBeUndefined();
      expect(record.knocks).toBe(0);
    },
  );

  it("that is cut is an error that says what did it, and how long it lasts at most", async () => {
    const { way, record } = tried(false);
    way.onLine("= armed 00ff");
    record.now = 17_900;
    const error = await way.onLine("= connect 00ff")?.catch((error: unknown) => error);
    expect(String(error)).toBe(
      [
        "HostError: gateway.lan: cannot keep tsproxy_netns-work.service: this cut the way to the host: no new connection could be made (no answer) [cut-off]",
        "  | the host undoes it by itself within 43 s: it stops and disables tsproxy_netns-work.service",
        "  hint: find the address, route or rule of these that covers the way from here, correct it, and run `pulumi up --refresh`",
      ].join("\n"),
    );
  });

  it("is the reason of a lost connection, and whether a new one can be made is said", async () => {
    const cut = tried(false);
    cut.way.onLine("= armed 00ff");
    expect(await cut.way.reasonOf(lost)).toMatchObject({
      code: "cut-off",
      facts: { because: expect.stringContaining("no new connection could be made (no answer)") },
    });
    const open = tried(true);
    open.way.onLine("= armed 00ff");
    expect(await open.way.reasonOf(lost)).toMatchObject({
      code: "cut-off",
      facts: {
        because: "the connection broke with this change, and a new one could be made only then",
        evidence: [expect.stringContaining("the host undoes it by itself within 60 s")],
      },
    });
  });

  it("is no reason before anything was changed, after a new connection was made, or for other failures", async () => {
    const { way, record } = tried(false);
    expect(await way.reasonOf(lost)).toBe(lost);
    way.onLine("= armed 00ff");
    const other = new HostError("not-root", { host: "h", doing: "become root", because: "sudo refuses" });
    expect(await way.reasonOf(other)).toBe(other);
    expect(record.knocks).toBe(0);
    const kept = tried(true);
    kept.way.onLine("= armed 00ff");
    await kept.way.onLine("= connect 00ff");
    expect(await kept.way.reasonOf(lost)).toBe(lost);
  });
});
