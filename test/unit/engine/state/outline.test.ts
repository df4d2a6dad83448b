import type { Desired } from "../../../../providers/engine/kinds/desired.ts";
import { digestOf, shortDigest } from "../../../../providers/engine/kinds/file.ts";
import { canonical, same } from "../../../../providers/engine/records.ts";
import type { Observed } from "../../../../providers/engine/state/observed.ts";
import { asFound, outlineOf } from "../../../../providers/engine/state/outline.ts";
import { answer, desired, FILE, file, foundFile, foundUnit, observed, UNIT, unit } from "../make.ts";

const DIRECTORY = "/opt/tool-1";
const KEY = "/etc/tsproxy/work/key";
const SECRETS = { key: "sesame" };

/** One of everything. */
const WANTED: Desired = desired({
  files: { [FILE]: file(), [KEY]: file({ secret: "key" }, "0600") },
  units: { [UNIT]: unit({ check: ["/bin/check"] }) },
  packages: { curl: { keepOff: [] } },
  downloads: {
    [DIRECTORY]: {
      archives: { x86_64: { url: "https://x", sha256: "aa" }, aarch64: { url: "https://a", sha256: "bb" } },
      members: { tool: "0755" },
    },
  },
  probes: {
    work: { kind: "echo", socket: "/run/a.sock", unit: UNIT, healthy: true },
  },
});

const FOUND: Observed = observed({
  files: {
    [FILE]: foundFile(),
    [KEY]: foundFile("sesame", { mode: "0600" }),
    [`${DIRECTORY}/tool`]: foundFile("", { mode: "0755", stat: "9:9", digest: null }),
  },
  units: { [UNIT]: foundUnit({ check: 0 }) },
  packages: ["curl"],
  downloads: { [DIRECTORY]: { sha256: "aa", members: { tool: "9:9" } } },
  probes: { "/run/a.sock": answer() },
});

const outline = outlineOf(WANTED);
const ofUnit = (parts: Parameters<typeof foundUnit>[0]): Observed => ({
  ...FOUND,
  units: { [UNIT]: foundUnit({ check: 0, ...parts }) },
});
const ofFile = (
  path: typeof FILE | typeof KEY,
  text: string,
  parts: Parameters<typeof foundFile>[1] = {},
): Observed => ({
  ...FOUND,
  files: { ...FOUND.files, [path]: foundFile(text, parts) },
});
const ofMember = (parts: Parameters<typeof foundFile>[1]): Observed => ({
  ...FOUND,
  files: { ...FOUND.files, [`${DIRECTORY}/tool`]: { ...FOUND.files[`${DIRECTORY}/tool`]!, ...parts } },
});
const without = (path: typeof FILE | typeof KEY): Observed => {
  const { [path]: _, ...files } = FOUND.files;
  return { ...FOUND, files };
};

describe("an outline", () => {
  it("as found equals the wanted one when nothing drifted", () => {
    expect(same(asFound(outline, SECRETS, FOUND), outline)).toBe(true);
  });

  it("holds no text and nothing that depends on a secret", () => {
    const text = JSON.stringify(outline);
    expect(text).not.toContain("text\\n");
    expect(text).not.toContain("sesame");
    expect(text).not.toContain(digestOf("sesame"));
    expect(outline.files[KEY]).toEqual({ mode: "0600", secret: "key", same: true });
  });

  it.each<[string, Observed, unknown]>([
    ["a missing file", without(FILE), { files: { [KEY]: outline.files[KEY] } }],
    [
      "another text",
      ofFile(FILE, "mine"),
      { files: { [FILE]: { mode: "0644", digest: shortDigest(digestOf("mine")) } } },
    ],
    ["another mode", ofFile(FILE, "text\n", { mode: "0666" }), { files: { [FILE]: { mode: "0666" } } }],
    ["a set-uid bit", ofFile(FILE, "text\n", { mode: "4644" }), { files: { [FILE]: { mode: "4644" } } }],
    [
      "another owner",
      ofFile(FILE, "text\n", { owner: "1000:0" }),
      { files: { [FILE]: { mode: "0644 1000:0" } } },
    ],
    ["a link", ofFile(FILE, "", { kind: "link", digest: null }), { files: { [FILE]: { digest: "link" } } }],
    [
      "a directory",
      ofFile(FILE, "", { kind: "directory", digest: null }),
      { files: { [FILE]: { digest: "directory" } } },
    ],
    [
      "another secret",
      ofFile(KEY, "guess", { mode: "0600" }),
      { files: { [KEY]: { secret: "key", same: false } } },
    ],
    ["a missing secret file", without(KEY), { files: { [FILE]: outline.files[FILE] } }],
    ["a readable secret", ofFile(KEY, "sesame"), { files: { [KEY]: { mode: "0644", same: true } } }],
    [
      "a linked secret",
      ofFile(KEY, "", { kind: "link", mode: "0600", digest: null }),
      { files: { [KEY]: { same: false } } },
    ],
    ["an unknown unit", { ...FOUND, units: {} }, { units: { [UNIT]: { active: false, enabled: false } } }],
    [
      "a stopped unit",
      ofUnit({ active: "inactive", started: "s0", reloaded: "r0", check: 2 }),
      { units: { [UNIT]: { active: false, started: "s1", reloaded: "r1", intact: true } } },
    ],
    ["a failed unit", ofUnit({ active: "failed" }), { units: { [UNIT]: { active: false } } }],
    ["a unit on its way up", ofUnit({ active: "activating" }), { units: { [UNIT]: { active: false } } }],
    ["a disabled unit", ofUnit({ enabled: false }), { units: { [UNIT]: { enabled: false } } }],
    ["a masked unit", ofUnit({ masked: true }), { units: { [UNIT]: { masked: true } } }],
    ["an older process", ofUnit({ started: "s0" }), { units: { [UNIT]: { started: "s0" } } }],
    ["a process without a stamp", ofUnit({ started: "" }), { units: { [UNIT]: { started: "" } } }],
    ["an older reload", ofUnit({ reloaded: "r0" }), { units: { [UNIT]: { reloaded: "r0" } } }],
    ["a check that a reload mends", ofUnit({ check: 1 }), { units: { [UNIT]: { intact: false } } }],
    ["a check that a restart mends", ofUnit({ check: 2 }), { units: { [UNIT]: { intact: false } } }],
    ["a check that could not run", ofUnit({ check: null }), { units: { [UNIT]: { intact: false } } }],
    ["a missing package", { ...FOUND, packages: [] }, { packages: {} }],
    ["a missing download", { ...FOUND, downloads: {} }, { downloads: {} }],
    [
      "another archive",
      { ...FOUND, downloads: { [DIRECTORY]: { sha256: "cc", members: { tool: "9:9" } } } },
      { downloads: {} },
    ],
    ["a touched member", ofMember({ stat: "9:10" }), { downloads: {} }],
    ["a member of another mode", ofMember({ mode: "0644" }), { downloads: {} }],
    ["a member of another owner", ofMember({ owner: "1:1" }), { downloads: {} }],
    [
      "a node that is logged out",
      { ...FOUND, probes: { "/run/a.sock": answer({ healthy: false }) } },
      { probes: { work: { healthy: false } } },
    ],
    [
      "a daemon that does not answer",
      { ...FOUND, probes: { "/run/a.sock": null } },
      { probes: { work: { healthy: false } } },
    ],
  ])("tells of %s", (_, host, parts) => {
    const found = asFound(outline, SECRETS, host);
    expect(found).toMatchObject(parts as Record<string, unknown>);
    expect(same(found, outline)).toBe(false);
  });

  it("leaves a missing thing out", () => {
    expect(asFound(outline, SECRETS, without(FILE)).files).not.toHaveProperty([FILE]);
  });

  it.each<[string, Observed, Desired]>([
    [
      "the kernel of a unit without a check",
      ofUnit({ check: 2 }),
      desired({ ...WANTED, units: { [UNIT]: unit() } }),
    ],
    [
      "whether a unit is enabled that cannot be",
      ofUnit({ enabled: false }),
      desired({ ...WANTED, units: { [UNIT]: unit({ enabled: null, check: ["/bin/check"] }) } }),
    ],
    [
      "the archive of another architecture",
      { ...FOUND, downloads: { [DIRECTORY]: { sha256: "bb", members: { tool: "9:9" } } } },
      WANTED,
    ],
  ])("does not care about %s", (_, host, wanted) => {
    expect(same(asFound(outlineOf(wanted), SECRETS, host), outlineOf(wanted))).toBe(true);
  });

  it("takes a node that could not be asked for what it was", () => {
    expect(same(asFound(outline, SECRETS, { ...FOUND, probes: {} }), outline)).toBe(true);
  });

  it("blames the unit, not the tailnet, when the daemon does not run", () => {
    const found = asFound(outline, SECRETS, {
      ...ofUnit({ active: "failed" }),
      probes: { "/run/a.sock": null },
    });
    expect(found.probes.work?.healthy).toBe(true);
    expect(found.units[UNIT]?.active).toBe(false);
  });
});

describe("sameness", () => {
  it("does not depend on the order of keys, but on that of lists", () => {
    expect(canonical({ b: [{ d: 1, c: 2 }], a: null })).toBe(canonical({ a: null, b: [{ c: 2, d: 1 }] }));
    expect(same([1, 2], [2, 1])).toBe(false);
  });

  it.each([
    [{ a: 1 }, { a: "1" }],
    [{ a: null }, {}],
    [{ a: {} }, { a: [] }],
    ["1", 1],
  ])("tells %j from %j", (a, b) => {
    expect(same(a, b)).toBe(false);
  });
});
