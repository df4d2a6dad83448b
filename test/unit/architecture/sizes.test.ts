import { readdirSync, readFileSync } from "node:fs";
import { sourcesIn } from "./sources.ts";

const folders = ["components", "providers"].flatMap((root) => [
  root,
  ...readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${entry.parentPath}/${entry.name}`),
]);

const sizes = ["components", "providers"]
  .flatMap(sourcesIn)
  .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length - 1 }));

describe("the product", () => {
  it.each(folders)(
    "has at most a dozen files in %s, so that a look at the folder finds the one",
    (folder) => {
      const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
      expect(files.length).toBeLessThanOrEqual(12);
    },
  );

  it("has no file that is longer than a few screens", () =>
    expect(sizes.filter(({ lines }) => lines > 250)).toEqual([]));

  it("has files of one screen or two", () => {
    const inOrder = sizes.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(inOrder[Math.floor(inOrder.length / 2)]).toBeLessThanOrEqual(80);
  });
});
