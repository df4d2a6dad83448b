import fc from "fast-check";
import type { HostPath, UnitName } from "../../../../providers/engine/kinds/names.ts";
import {
  join,
  linesOf,
  OWNS_NOTHING,
  type Owned,
  ownedBy,
  ownedIn,
} from "../../../../providers/engine/state/owned.ts";
import { desired, FILE, file, UNIT, unit } from "../make.ts";

const word = fc.stringMatching(/^[A-Za-z0-9._:=@%+,~[\]-]{1,12}$/);
const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((words): HostPath => `/${words.join("/")}`);
const unitName = fc.stringMatching(/^[A-Za-z0-9@_.:-]{1,12}$/).map((name): UnitName => `${name}.service`);
const sorted = <T extends string>(item: fc.Arbitrary<T>) =>
  fc.uniqueArray(item, { maxLength: 4 }).map((items) => items.sort());

const clean = fc.oneof(
  fc.boolean(),
  fc.array(fc.stringMatching(/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,9}$/), { minLength: 1, maxLength: 2 }),
);

const owned: fc.Arbitrary<Owned> = fc.record({
  files: sorted(path),
  units: fc.dictionary(
    unitName,
    fc.record({ clean, check: fc.option(fc.array(word, { minLength: 1, maxLength: 3 })) }),
  ),
  kernel: sorted(fc.tuple(word, word).map((words) => words.join(" "))),
  packages: sorted(word),
  keptOff: sorted(unitName),
  downloads: fc.dictionary(path, sorted(word)),
  probes: fc.dictionary(word, fc.record({ kind: word, socket: path })),
  readers: sorted(unitName),
  leave: fc.option(
    fc.record(
      {
        kind: fc.constant("farewell"),
        program: path,
        socket: path,
        config: path,
        unit: unitName,
        deadlineSeconds: fc.integer({ min: 1, max: 300 }),
        from: word,
      },
      { requiredKeys: ["kind", "program", "socket", "config", "unit", "deadlineSeconds"] },
    ),
  ),
});

describe("the lines of what a resource owns", () => {
  it("say all of it: reading them gives the same", () => {
    fc.assert(fc.property(owned, (value) => expect(ownedIn(linesOf(value))).toEqual(value)));
  });

  it("are read in any order, however often each stands there", () => {
    fc.assert(
      fc.property(owned, (value) => {
        const lines = linesOf(value);
        expect(ownedIn([...lines, ...lines].reverse())).toEqual(value);
      }),
    );
  });

  it("are sorted, so that what is the same is the same text", () => {
    fc.assert(fc.property(owned, (value) => expect(linesOf(value)).toEqual([...linesOf(value)].sort())));
  });

  it.each(["https://[fd00::1]:8443", "https://~other.example"])("may name the server %s", (from) => {
    const leave = {
      kind: "farewell",
      program: "/a",
      socket: "/b",
      config: "/c",
      unit: UNIT,
    } as const;
    const value: Owned = { ...OWNS_NOTHING, leave: { ...leave, deadlineSeconds: 30, from } };
    expect(ownedIn(linesOf(value))).toEqual(value);
  });

  it.each([" ", "\n", "\t", "'", '"', "$", "`", ";", "*", "#", "\\", "é", ""])(
    "refuse a word with %j",
    (character) => {
      const spoilt: HostPath = character === "" ? ("" as HostPath) : `/etc/a${character}b`;
      expect(() => linesOf({ ...OWNS_NOTHING, files: [spoilt] })).toThrow("cannot stand in a manifest");
      expect(() =>
        linesOf({ ...OWNS_NOTHING, units: { [UNIT]: { clean: false, check: ["/bin/check", spoilt] } } }),
      ).toThrow("cannot stand in a manifest");
    },
  );

  it.each([
    "",
    "file",
    "file relative",
    "file /etc/a*b",
    "unit",
    "unit name",
    "unit ../x.service",
    "package",
    "package $(id)",
    "package ",
    "keepoff curl",
    "download relative member",
    "probe work tailnet",
    "probe work tailnet relative.sock",
    "leave",
    "leave something /a /b /c x.service 3",
    "leave tailnet-logout /a /b /c name 3",
    "leave tailnet-logout /a /b",
    "kernel",
    "address 10.0.0.1",
    "\u0000",
  ])("%j is not one", (line) => {
    expect(ownedIn([`file ${FILE}`, line])).toBeNull();
  });
});

it("never names a directory outside those that systemd keeps for units", () => {
  const lines = ["unit a.service clean:../../etc,/etc,.,..,tsproxy-work", "unit b.service clean:"];
  expect(ownedIn(lines)?.units).toEqual({
    "a.service": { clean: ["tsproxy-work"], check: null },
    "b.service": { clean: [], check: null },
  });
});

describe("joining footprints", () => {
  it("forgets nothing of either", () => {
    fc.assert(
      fc.property(owned, owned, (a, b) => {
        const both = join(a, b);
        for (const { files, packages, keptOff, units, downloads, probes } of [a, b]) {
          expect(both.files).toEqual(expect.arrayContaining([...files]));
          expect(both.packages).toEqual(expect.arrayContaining([...packages]));
          expect(both.keptOff).toEqual(expect.arrayContaining([...keptOff]));
          expect(Object.keys(both.units)).toEqual(expect.arrayContaining(Object.keys(units)));
          expect(Object.keys(both.downloads)).toEqual(expect.arrayContaining(Object.keys(downloads)));
          expect(Object.keys(both.probes)).toEqual(expect.arrayContaining(Object.keys(probes)));
        }
        expect(both.leave === null).toBe(a.leave === null && b.leave === null);
      }),
    );
  });

  it("with itself or with nowhere changes nothing", () => {
    fc.assert(
      fc.property(owned, (value) => {
        for (const other of [value, OWNS_NOTHING]) {
          expect(linesOf(join(value, other))).toEqual(linesOf(value));
          expect(linesOf(join(other, value))).toEqual(linesOf(value));
        }
      }),
    );
  });

  it("takes things away in the newer way", () => {
    const newer = { ...OWNS_NOTHING, units: { [UNIT]: { clean: true, check: ["/bin/new"] } } };
    const older = { ...OWNS_NOTHING, units: { [UNIT]: { clean: false, check: null } } };
    expect(join(newer, older)).toEqual(newer);
  });
});

describe("the owned of what is desired", () => {
  it("names everything that leaves a mark", () => {
    const wanted = desired({
      files: { [FILE]: file() },
      units: { [UNIT]: unit({ clean: true, check: ["/bin/check", "work"] }) },
      packages: { coredns: { keepOff: ["coredns.service"] }, curl: { keepOff: [] } },
      downloads: { "/opt/tool-1": { archives: {}, members: { tool: "0755", extra: "0644" } } },
      probes: {
        work: {
          kind: "echo",
          socket: "/run/a.sock",
          unit: UNIT,
          healthy: true,
        },
      },
    });
    expect(linesOf(ownedBy(wanted))).toEqual([
      "download /opt/tool-1 extra tool",
      `file ${FILE}`,
      "keepoff coredns.service",
      "package coredns",
      "package curl",
      "probe work echo /run/a.sock",
      `unit ${UNIT} clean /bin/check work`,
    ]);
  });
});
