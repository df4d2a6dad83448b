import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { objectsFor, renderedFor, resourcesFor } from "../../../bench/objects.ts";
import type { Desired } from "../../../providers/engine/kinds/desired.ts";

const UNITS = "/etc/systemd/system/";
const withTool = spawnSync("systemd-analyze", ["--version"]).status === 0 ? it : it.skip;

/** Path, mode and content of every file; a secret as `secret <key>`. */
function filesOf(resources: readonly { readonly desired: Desired }[]): Map<string, [string, string]> {
  return new Map(
    resources.flatMap(({ desired }) =>
      Object.entries(desired.files).map(([path, { mode, content }]) => [
        path,
        [mode, typeof content === "string" ? content : `secret ${content.secret}`],
      ]),
    ),
  );
}

function sizesOf(files: ReturnType<typeof filesOf>): Record<string, [string, number]> {
  return Object.fromEntries(
    [...files].map(([path, [mode, content]]) => [path, [mode, Buffer.byteLength(content)]]),
  );
}

describe("the objects that every tool brings about", () => {
  it.each([0, 1, 8])(
    "for %i tailnets are the files that are rendered, of the same mode and size",
    (tailnets) => {
      expect(sizesOf(filesOf(resourcesFor(tailnets)))).toEqual(sizesOf(filesOf(renderedFor(tailnets))));
    },
  );

  it("differ from what is rendered in unit files only", () => {
    const rendered = filesOf(renderedFor(2));
    for (const [path, file] of filesOf(resourcesFor(2)))
      if (!path.startsWith(UNITS)) expect([path, file]).toEqual([path, rendered.get(path)]);
  });

  it("have the units that are rendered, and as many more files and units with every tailnet", () => {
    const { files, units } = objectsFor(8);
    const rendered = renderedFor(8).flatMap(({ desired }) => Object.keys(desired.units));
    expect([...units].sort()).toEqual(rendered.sort());
    expect(units).toHaveLength(3 + 8 * 10);
    const [none, one] = [0, 1].map((tailnets) => Object.keys(objectsFor(tailnets).files).length);
    if (none === undefined || one === undefined) throw new Error("nothing was counted");
    expect(one).toBeGreaterThan(none);
    expect(Object.keys(files)).toHaveLength(none + 8 * (one - none));
  });

  it("are the same bytes for our own tool and for the others", () => {
    const resources = resourcesFor(3);
    const secrets = new Map(
      resources.flatMap(({ key, secrets }) =>
        Object.values(secrets).map((value) => [`/etc/tsproxy/${key.replace("tailnet-", "")}/authkey`, value]),
      ),
    );
    const ours = [...filesOf(resources)].map(([path, [mode, content]]) => [
      path,
      { mode, content: secrets.get(path) ?? content },
    ]);
    expect(Object.fromEntries(ours)).toEqual(objectsFor(3).files);
    expect(secrets.size).toBe(3);
  });

  it("name every unit after those it is bound to", () => {
    const { files, units } = objectsFor(2);
    units.forEach((unit, index) => {
      const { content } = files[`${UNITS}${unit}`] ?? { content: "" };
      const before = [...content.matchAll(/^(?:BindsTo|Requires)=(.*)$/gm)].flatMap(([, names = ""]) =>
        names.split(" "),
      );
      for (const name of before) expect(units.slice(0, index)).toContain(name);
    });
  });

  it("run nothing that needs a tailnet", () => {
    const commands = Object.entries(objectsFor(1).files)
      .filter(([path]) => path.startsWith(UNITS))
      .flatMap(([, { content }]) => content.split("\n"))
      .filter((line) => /^(Exec|NetworkNamespacePath)/.test(line) && !line.includes("/etc/tsproxy/stamp"));
    expect([...new Set(commands)].sort()).toEqual([
      "ExecReload=/bin/true",
      "ExecStart=/bin/sleep infinity",
      "ExecStart=/bin/true",
    ]);
  });

  // systemd 252 returns 0 for a key that it does not know; that it says nothing is the proof.
  withTool("leave systemd-analyze without a remark", () => {
    const folder = mkdtempSync(join(tmpdir(), "tsproxy-objects-"));
    try {
      const paths = Object.entries(objectsFor(1).files)
        .filter(([path]) => path.startsWith(UNITS))
        .map(([path, { content }]) => {
          const file = join(folder, path.slice(UNITS.length));
          mkdirSync(dirname(file), { recursive: true });
          writeFileSync(file, content);
          return file;
        })
        // a drop-in is read with its units
        .filter((file) => !file.endsWith(".conf"));
      const { stdout, stderr } = spawnSync(
        "systemd-analyze",
        ["verify", "--man=no", "--recursive-errors=no", ...paths],
        { encoding: "utf8", env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` } },
      );
      expect(stdout + stderr).toBe("");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
