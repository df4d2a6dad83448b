import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { Step } from "../../../../providers/engine/plan/step.ts";
import { OWNS_NOTHING, ownedBy } from "../../../../providers/engine/state/owned.ts";
import {
  applyProgram,
  contentsProgram,
  lookProgram,
  quote,
} from "../../../../providers/engine/wire/script.ts";
import { canSandbox, Sandbox } from "../../../fake/sandbox.ts";
import { expectGolden } from "../golden.ts";
import { desired, FILE, file, identity, UNIT, unit } from "../make.ts";

const NONCE = "0123456789abcdef";
const OWNED = ownedBy(
  desired({
    files: { [FILE]: file() },
    units: { [UNIT]: unit({ clean: true, check: ["/etc/tsproxy/netns", "check", "work"] }) },
    packages: { curl: { keepOff: [] } },
    downloads: { "/usr/local/lib/tsproxy/tool-1.0": { archives: {}, members: { tool: "0755" } } },
    probes: {
      work: {
        kind: "echo",
        socket: "/run/a.sock",
        unit: UNIT,
        healthy: true,
      },
    },
  }),
);

/** One of each kind. */
const STEPS: readonly Step[] = [
  { do: "adopt", path: FILE },
  { do: "note", key: "tailnet-work", text: "tsproxy 1 home prod n\nfile /etc/a\n" },
  {
    do: "leave",
    leave: {
      kind: "farewell",
      program: "/opt/farewell",
      socket: "/run/a.sock",
      config: FILE,
      unit: UNIT,
      deadlineSeconds: 9,
    },
  },
  { do: "stop", units: [UNIT, "b.socket"] },
  { do: "clean", units: [UNIT] },
  { do: "install", packages: ["curl", "coredns"], keepOff: ["coredns.service", "b.service"] },
  {
    do: "download",
    path: "/usr/local/lib/tsproxy/tool-1.0",
    url: "https://mirror.example/tool?v=1&a=b",
    sha256: "00ff",
    redirects: ["a.example", "b.example:8080"],
    members: { tool: "0755", extra: "0644" },
  },
  { do: "write", path: FILE, mode: "0600", content: "it's\n$HOME `id` \\n %s\n\n", found: "absent" },
  { do: "remove", path: "/etc/b", found: "00ff" },
  { do: "discard", path: "/usr/local/lib/tsproxy/tool-0.9" },
  { do: "enable", units: [UNIT] },
  { do: "reload-systemd" },
  { do: "start", units: [UNIT, "b.socket"] },
  { do: "settle", units: [UNIT] },
  { do: "reload", units: [UNIT] },
  { do: "purge", packages: ["curl"] },
  { do: "unmask", units: ["coredns.service"] },
  { do: "forget", key: "tailnet-work" },
];

const PROGRAMS = {
  look: lookProgram(NONCE, [{ owned: OWNED, requirements: [] }]),
  "look with requirements": lookProgram(NONCE, [
    { owned: OWNED, requirements: [{ kind: "root" }] },
    {
      owned: OWNS_NOTHING,
      requirements: [
        { kind: "port", protocol: "tcp", address: "192.0.2.1", port: 53, unit: UNIT, argument: "port" },
      ],
    },
  ]),
  "look at nothing": lookProgram(NONCE, []),
  apply: applyProgram(NONCE, [{ identity, steps: STEPS, owned: OWNED }]),
  "apply two orders": applyProgram(NONCE, [
    { identity, steps: STEPS, owned: OWNED },
    { identity: { ...identity, key: "tailnet-lab" }, steps: STEPS, owned: OWNED },
  ]),
  "apply to the kernel": applyProgram(NONCE, [
    {
      identity,
      steps: [
        { do: "reload-systemd" },
        { do: "start", units: ["tsproxy_netns-work.service"], inKernel: true },
        { do: "start", units: [UNIT] },
      ],
      owned: OWNS_NOTHING,
    },
    {
      identity: { ...identity, key: "tailnet-lab" },
      steps: [{ do: "reload", units: ["tsproxy_netns-lab.service"], inKernel: true }],
      owned: OWNS_NOTHING,
    },
  ]),
  "apply nothing": applyProgram(NONCE, [{ identity, steps: [], owned: OWNS_NOTHING }]),
  contents: contentsProgram(NONCE, [FILE, "/etc/it's"]),
};

const FOLDER = join(__dirname, "../../../../providers/engine/program");

/** Without the parts that lie in program/, which are read there. */
function withoutParts(program: string): string {
  return readdirSync(FOLDER).reduce(
    (text, name) => text.replace(readFileSync(join(FOLDER, name), "utf8"), () => `# … ${name} …\n`),
    program,
  );
}

describe.each(Object.entries(PROGRAMS))("the program: %s", (name, program) => {
  it("is as reviewed", () => {
    expectGolden(`${name.replaceAll(" ", "-")}.sh`, withoutParts(program));
  });

  it("is a program to a POSIX shell", () => {
    const { status, stderr } = spawnSync("sh", ["-n"], { input: program, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("a quoted word", () => {
  const printed = (words: readonly string[]) =>
    spawnSync("sh", ["-c", `printf '%s\\0' ${words.map(quote).join(" ")}`])
      .stdout.toString("utf8")
      .split("\0")
      .slice(0, -1);

  it("reaches the command as it is, whatever it holds", () => {
    const word = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(..."'\"\\$`!*?[]{}()<>|&;#~=%\n\r\t \u0001\u0081\u0088é") }),
    );
    fc.assert(
      fc.property(
        fc.array(
          word.map((text) => text.replaceAll("\0", "")),
          { minLength: 1, maxLength: 20 },
        ),
        (words) => {
          const sound = words.map((text) => Buffer.from(text, "utf8").toString("utf8"));
          expect(printed(sound)).toEqual(sound);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ["", "''"],
    ["/etc/tsproxy/work", "/etc/tsproxy/work"],
    ["two words", "'two words'"],
    ["it's", "'it'\\''s'"],
    ["~", "'~'"],
    ["a\nb", "'a\nb'"],
  ])("%j is %s", (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });
});

const describeInSandbox = canSandbox ? describe : describe.skip;

describeInSandbox("a program that does not arrive whole", () => {
  const program = applyProgram(NONCE, [
    {
      identity,
      steps: [{ do: "write", path: FILE, mode: "0644", content: "x", found: "absent" }],
      owned: OWNS_NOTHING,
    },
  ]);
  const end = program.lastIndexOf(")");
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => sandbox.remove());

  it("runs nothing, wherever it was cut", async () => {
    const before = spawnSync("ls", ["-lR", sandbox.root], { encoding: "utf8" }).stdout;
    const anywhere = fc.integer({ min: 0, max: end });
    const atLineEnds = fc.constantFrom(
      ...[...program.matchAll(/\n/g)].map(({ index }) => index).filter((index) => index <= end),
    );
    const cuts = fc.sample(fc.oneof(anywhere, atLineEnds, fc.integer({ min: end - 60, max: end })), 60);
    for (const cut of cuts) {
      const { output } = await sandbox.attempt(program.slice(0, cut));
      expect(output).toBe("");
    }
    expect(spawnSync("ls", ["-lR", sandbox.root], { encoding: "utf8" }).stdout).toBe(before);
  });

  it("would have run", async () => {
    expect((await sandbox.attempt(program)).output).toContain(`= doing write ${FILE}`);
    expect(readFileSync(sandbox.path(FILE), "utf8")).toBe("x");
  });
});
