import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { faults, handPage, works } from "../../field/by-hand.ts";
import { fieldCases, fieldPage } from "../../field/page.ts";
import { checkout, textOf } from "./documents.ts";

const { cases, open } = fieldCases();

const says = (file: string, words: string) =>
  existsSync(join(checkout, file)) && textOf(file).replaceAll(/\s+/g, " ").includes(words);

describe("docs/field.md", () => {
  it("is what the cases say", () => {
    const page = fieldPage({ cases, open });
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(join(checkout, "docs/field.md"), page);
    expect(textOf("docs/field.md")).toBe(page);
  });

  it("has each identifier once", () => {
    const ids = [...cases, ...open].map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) < index)).toEqual([]);
  });

  it.each(cases.map(({ id, test }) => [id, ...test] as const))(
    "names a test that exists for %s",
    (_, file, title) => {
      expect(says(file, title)).toBe(true);
    },
  );

  it.each(open.map(({ id, said }) => [id, ...said] as const))(
    "names a document that says what stays of %s",
    (_, file, words) => {
      expect(says(file, words)).toBe(true);
    },
  );
});

describe("docs/by-hand.md", () => {
  it("is what its rows say", () => {
    if (process.env.UPDATE_GOLDEN === "1") writeFileSync(join(checkout, "docs/by-hand.md"), handPage());
    expect(textOf("docs/by-hand.md")).toBe(handPage());
  });

  it.each([...works, ...faults].flatMap(({ test }) => (test === null ? [] : [test])))(
    "names what is there: %s, %s",
    (file, title) => {
      expect(says(file, title)).toBe(true);
    },
  );
});
