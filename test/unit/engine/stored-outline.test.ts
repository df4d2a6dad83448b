import type { HostPath } from "../../../providers/engine/model.ts";
import { asFound, digestOf, outlineOf, shortDigest } from "../../../providers/engine/outline.ts";
import { outlineIn, storedOutline } from "../../../providers/engine/stored-outline.ts";
import { cases } from "../components/cases.ts";
import { desired, FILE, file, foundFile, foundUnit, observed, UNIT, unit } from "./make.ts";

/** As it comes back from the state. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}

describe("a stored outline", () => {
  it.each(Object.entries(cases))("of %s comes back whole", (_, wanted) => {
    const outline = outlineOf(wanted);
    expect(outlineIn(plain(storedOutline(outline)))).toEqual(outline);
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
    expect(outlineIn(plain(storedOutline(found)))).toEqual(found);
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

  it("may have been stored as an object, and with an object for each file", () => {
    const wanted = desired({ files: { [FILE]: file() }, units: { [UNIT]: unit() } });
    const stored = JSON.parse(storedOutline(outlineOf(wanted)));
    expect(outlineIn(stored)).toEqual(outlineOf(wanted));
    const formerly = { ...stored, files: { [FILE]: { digest: digestOf("text\n").slice(0, 32) } } };
    expect(outlineIn(plain(formerly))).toEqual(outlineOf(wanted));
  });

  it("may have been stored whole, with whole digests", () => {
    const wanted = desired({ files: { [FILE]: file() }, units: { [UNIT]: unit() } });
    const whole = {
      ...outlineOf(wanted),
      files: { [FILE]: { mode: "0644", digest: digestOf("text\n") } },
    };
    expect(outlineIn(plain(whole))).toEqual(outlineOf(wanted));
  });
});
