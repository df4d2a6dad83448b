import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../../..");

describe("docs/words.md", () => {
  it("names places that exist", () => {
    const text = readFileSync(join(ROOT, "docs/words.md"), "utf8");
    const paths = [...text.matchAll(/`((?:components|providers|test)\/[^`]+)`/g)].map(
      ([, path = ""]) => path,
    );
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
