import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Desired } from "../../../../providers/engine/kinds/desired.ts";
import type { FileSpec } from "../../../../providers/engine/kinds/file.ts";
import { cases } from "../cases.ts";

const folder = join(import.meta.dirname, "../../../golden");
const update = process.env.UPDATE_GOLDEN === "1";

describe("what is rendered", () => {
  it.each(Object.entries(cases))("for %s is what was reviewed", (name, desired) => {
    const file = join(folder, `${name}.txt`);
    if (update) writeFileSync(file, textOf(desired));
    expect(existsSync(file)).toBe(true);
    expect(textOf(desired)).toBe(readFileSync(file, "utf8"));
  });

  it("has no golden file left over", () => {
    const names = readdirSync(folder).filter((name) => name.endsWith(".txt"));
    expect(names.sort()).toEqual(
      Object.keys(cases)
        .map((name) => `${name}.txt`)
        .sort(),
    );
  });
});

/** Every file as `==> path mode` and its text, then the rest as JSON. */
function textOf({ files, ...rest }: Desired): string {
  const texts = entriesOf(files).map(([path, spec]) => `==> ${path} ${spec.mode}\n${contentOf(spec)}`);
  return [...texts, `==> besides\n${JSON.stringify(rest, null, 2)}\n`].join("\n");
}

function entriesOf(files: Desired["files"]): [string, FileSpec][] {
  return Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1));
}

function contentOf({ content }: FileSpec): string {
  return typeof content === "string" ? content : `(secret: ${content.secret})\n`;
}
