import { digestOf, shortDigest } from "../../../../providers/engine/kinds/file.ts";
import type { KernelObject } from "../../../../providers/engine/kinds/kernel-object.ts";
import type { HostPath } from "../../../../providers/engine/kinds/names.ts";
import { outlineIn1 } from "../../../../providers/engine/state/format-1.ts";
import { outlineIn2, storedOutline } from "../../../../providers/engine/state/format-2.ts";
import { asFound, outlineOf } from "../../../../providers/engine/state/outline.ts";
import { desiredIn, storedDesired } from "../../../../providers/engine/state/stored-desired.ts";
import { cases } from "../../components/cases.ts";
import { desired, FILE, file, foundFile, foundUnit, observed, UNIT, unit } from "../make.ts";

/** As it comes back from the state. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

describe("a stored outline", () => {
  it.each(Object.entries(cases))("of %s comes back whole", (_, wanted) => {
    const outline = outlineOf(wanted);
    expect(outlineIn2(plain(storedOutline(outline)))).toEqual(outline);
  });

  it.each([
    [
      "a drifted host",
      observed({ units: { [UNIT]: foundUnit({ active: "failed", masked: true, check: 1 }) } }),
    ],
    ["opened files", observed({ files: { [FILE]: foundFile("mine", { mode: "0666" }) } })],
    ["nothing", observed({})],
  ])("comes back as %s was found", (_, host) => {
    const wanted = outlineOf(
      desired({
        files: { [FILE]: file() },
        units: { [UNIT]: unit({ check: ["/bin/check"], enabled: null }) },
      }),
    );
    const found = asFound(wanted, {}, host);
    expect(outlineIn2(plain(storedOutline(found)))).toEqual(found);
  });

  it("leaves out what is usual", () => {
    const usual = desired({
      files: { [FILE]: file() },
      units: { [UNIT]: unit({ started: "s", reloaded: "" }) },
    });
    expect(JSON.parse(storedOutline(outlineOf(usual)))).toEqual({
      files: { [FILE]: shortDigest(digestOf("text\n")) },
      units: { [UNIT]: { started: "s" } },
    });
  });

  it("holds the digest of a unit's file with the unit, unless the file is unusual", () => {
    const path: HostPath = `/etc/systemd/system/${UNIT}`;
    const stored = (mode: string) =>
      JSON.parse(
        storedOutline(
          outlineOf(desired({ files: { [path]: file("text\n", mode) }, units: { [UNIT]: unit() } })),
        ),
      );
    const digest = shortDigest(digestOf("text\n"));
    expect(stored("0644")).toMatchObject({ files: {}, units: { [UNIT]: { file: digest } } });
    expect(stored("0600")).toMatchObject({ files: { [path]: { mode: "0600", digest } } });
    expect(stored("0600").units[UNIT]).not.toHaveProperty("file");
  });
});

const OBJECTS: readonly KernelObject[] = ["namespace tsp-work", "table inet tsproxy_work"];

describe("an outline of format 1", () => {
  const wanted = desired({
    files: { [FILE]: file() },
    units: { [UNIT]: unit() },
    kernel: { [UNIT]: OBJECTS },
    requirements: [{ kind: "root" }, { kind: "package-manager" }],
    probes: { work: { kind: "tailnet", socket: "/run/a.sock", unit: UNIT, healthy: true } },
    leave: {
      kind: "tailnet-logout",
      program: "/opt/tailscale",
      socket: "/run/a.sock",
      config: FILE,
      from: "https://control.example",
      unit: UNIT,
      deadlineSeconds: 30,
    },
  });
  const stored = {
    files: { [FILE]: { mode: "0644", digest: digestOf("text\n") } },
    units: { [UNIT]: unit() },
    requirements: [{ kind: "absent", objects: OBJECTS, unit: UNIT }, { kind: "root" }, { kind: "apt" }],
    probes: { work: { kind: "tailnet", socket: "/run/a.sock", unit: UNIT, loggedIn: true } },
    leave: {
      kind: "tailnet-logout",
      tailscale: "/opt/tailscale",
      socket: "/run/a.sock",
      config: FILE,
      server: "https://control.example",
      unit: UNIT,
      deadlineSeconds: 30,
    },
  };

  const forEachObject = [
    { kind: "absent", object: "namespace", name: "tsp-work", unit: UNIT },
    { kind: "absent", object: "table", name: "inet tsproxy_work", unit: UNIT },
    { kind: "root" },
    { kind: "apt" },
  ];

  it.each([
    ["text", JSON.stringify(stored)],
    ["with a digest alone", JSON.stringify({ ...stored, files: { [FILE]: digestOf("text\n") } })],
    ["with a requirement for each object", JSON.stringify({ ...stored, requirements: forEachObject })],
  ])("that is %s says the same", (_, text) => {
    expect(outlineIn1(text)).toEqual(outlineOf(wanted));
    expect(outlineIn1(JSON.parse(text))).toEqual(outlineOf(wanted));
  });

  it("is what inputs of the same build say, which Pulumi hands on at each refresh", () => {
    const { files: _, units: __, ...parts } = wanted;
    const inputs = { ...stored, files: wanted.files, units: wanted.units };
    expect(desiredIn(JSON.parse(JSON.stringify(inputs)))).toEqual(wanted);
    expect(desiredIn(storedDesired(wanted))).toMatchObject(parts);
  });
});
