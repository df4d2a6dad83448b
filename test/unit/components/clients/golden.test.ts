import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { filesOf } from "../../../../components/clients/files.ts";
import { kits } from "./kits.ts";

const folder = join(import.meta.dirname, "../../../golden/clients");

/** The files below a folder, by their paths in it. */
function filesIn(root: string): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const paths = entries.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1)).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}

function write(root: string, files: Readonly<Record<string, string>>): void {
  rmSync(root, { recursive: true, force: true });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

describe("a kit for clients", () => {
  it.each(Object.entries(kits))("of %s is what was reviewed", (name, facts) => {
    const root = join(folder, name);
    const files = filesOf(facts);
    if (process.env.UPDATE_GOLDEN === "1") write(root, files);
    expect(files).toEqual(filesIn(root));
  });

  it("has no golden folder left over", () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(kits).sort());
  });
});
