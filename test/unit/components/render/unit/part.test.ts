import { readable } from "../../../../../components/render/unit/files.ts";
import { desiredOf } from "../../../../../components/render/unit/part.ts";
import { NOTHING } from "../../../../../providers/engine/kinds/desired.ts";

const package1 = { packages: { one: { keepOff: [] } } };

describe("parts of a resource", () => {
  it("add nothing when there are none", () => expect(desiredOf()).toEqual(NOTHING));

  it("are joined in their order", () => {
    const desired = desiredOf(
      { ...package1, requirements: [{ kind: "root" }], readers: ["a.service"] },
      { packages: { two: { keepOff: [] } }, requirements: [{ kind: "tun" }], readers: ["b.service"] },
    );
    expect(Object.keys(desired.packages)).toEqual(["one", "two"]);
    expect(desired.requirements).toEqual([{ kind: "root" }, { kind: "tun" }]);
    expect(desired.readers).toEqual(["a.service", "b.service"]);
  });

  it("bring a file for each unit", () => {
    const { files, units } = desiredOf({
      units: [{ name: "tsproxy-a.service", sections: [["Unit", [["Description", "a"]]]] }],
      files: { "/etc/a": readable("a") },
    });
    expect(Object.keys(files)).toEqual(["/etc/systemd/system/tsproxy-a.service", "/etc/a"]);
    expect(Object.keys(units)).toEqual(["tsproxy-a.service"]);
  });

  it("do not name one thing twice", () => {
    const unit = { name: "tsproxy-a.service", sections: [] } as const;
    expect(() => desiredOf(package1, package1)).toThrow("named twice: one");
    expect(() => desiredOf({ units: [unit] }, { units: [unit] })).toThrow(
      "named twice: /etc/systemd/system/tsproxy-a.service",
    );
    expect(() =>
      desiredOf({ files: { "/etc/a": readable("a") } }, { files: { "/etc/a": readable("b") } }),
    ).toThrow("named twice: /etc/a");
  });
});
