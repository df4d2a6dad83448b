import type { Remote } from "../../../../providers/engine/host.ts";
import { OWNS_NOTHING } from "../../../../providers/engine/state/owned.ts";
import { shellHost } from "../../../../providers/engine/wire/shell-host.ts";

/** A host that answers every program with `lines` between the marks. */
function answering(lines: readonly string[]): Remote {
  return shellHost({
    name: "gw",
    async run(program) {
      const [, nonce] = /^say begin (\S+)$/m.exec(program) ?? [];
      return [`= begin ${nonce}`, ...lines, `= end ${nonce}`, `= over ${nonce}`, ""].join("\n");
    },
    greet: async () => {},
  });
}

const order = {
  identity: { project: "home", stack: "prod", key: "gateway", sweeps: false },
  steps: [],
  owned: OWNS_NOTHING,
};

describe("a host that answers with names that objects have of themselves", () => {
  const names = ["__proto__", "constructor", "toString", "__defineGetter__"];

  it.each(names)("cannot make %j mean anything", async (name) => {
    const lines = ["= host", "x86_64", "= downloads", `${name} ${"a".repeat(64)}`, `${name} tool 5:1`];
    const [seen] = await answering([...lines, "= units", `Id=${name}`, "ActiveState=active"]).look([
      { owned: OWNS_NOTHING, requirements: [] },
    ]);
    expect(Object.entries(seen?.downloads ?? {})).toEqual([
      [name, { sha256: "a".repeat(64), members: { tool: "5:1" } }],
    ]);
    expect(Object.keys(seen?.units ?? {})).toEqual([name]);
    expect(Object.hasOwn(Object.prototype, "sha256")).toBe(false);
  });

  it.each(names)("does no order called %j", async (name) => {
    const applied = await answering([`= order ${name}`, "= step 0", "= failed 1"]).apply([order]);
    expect(applied).toMatchObject([{ begun: 0, failed: null }]);
  });
});

it("does not repeat the texts of files when an answer is not whole", async () => {
  const host = shellHost({
    name: "gw",
    async run(program) {
      const [, nonce] = /^say begin (\S+)$/m.exec(program) ?? [];
      return `= begin ${nonce}\nsh: killed\n= content /etc/key\nczNjcmV0\n= over ${nonce}\n`;
    },
    greet: async () => {},
  });
  await expect(host.contents(["/etc/key"])).rejects.toThrow(/ended before its time.*\n {2}\| sh: killed$/);
});

it("hears at most twenty warnings of an order", async () => {
  const lines = Array.from({ length: 1000 }, (_, n) => `= warning \u001b[${n}m`);
  const [applied] = await answering(["= order 0", ...lines]).apply([order]);
  expect(applied?.warnings).toEqual(Array.from({ length: 20 }, (_, n) => `?[${n}m`));
});
