import { CATALOGUE, isPartName, PARTS } from "../../../components/catalogue.ts";
import * as library from "../../../components/index.ts";
import { HARMLESS } from "../../trust/hostile/configurations.ts";
import { cases, WORK } from "./cases.ts";

/** `SocksBridge` is `socks-bridge` in names of files. */
function kebab(title: string): string {
  return title.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}

/** The arguments that a check allows, by what it says about one that does not exist. */
function argumentsOf({ check }: (typeof CATALOGUE)[keyof typeof CATALOGUE]): string[] {
  const problem = check("home", { nosuch: true }, null).problems.find(({ path }) => path === "nosuch");
  return problem?.text.replace(/^.*allowed: /, "").split(", ") ?? [];
}

/** Arguments for which no text is right. */
const YES_OR_NO = ["acceptRoutes", "acceptDns", "browserLogin", "adopt"];

describe("the catalogue", () => {
  it.each(Object.entries(CATALOGUE))(
    "has %s by its prefix, which cannot be mistaken in a key",
    (name, entry) => {
      expect(entry.prefix).toBe(name);
      expect(entry.prefix).toMatch(/^[a-z]+$/);
    },
  );

  it.each(Object.values(CATALOGUE))("has $title, which is exported and has a golden file", ({ title }) => {
    expect(library).toHaveProperty(title);
    expect(Object.keys(cases)).toContain(kebab(title));
  });

  it.each(Object.entries(CATALOGUE))(
    "has %s, each argument of which is given a hostile value in a trial",
    (name, entry) => {
      const tried = Object.keys(new Map(Object.entries(HARMLESS)).get(name) ?? {});
      expect([...tried, ...YES_OR_NO]).toEqual(expect.arrayContaining(argumentsOf(entry)));
    },
  );

  it("has nothing for a tailnet that the tailnet of most tests is without", () => {
    expect(Object.keys(WORK)).toEqual(expect.arrayContaining(Object.keys(PARTS)));
  });

  it("takes no argument of a tailnet for a component of it", () => {
    expect(argumentsOf(CATALOGUE.tailnet).filter(isPartName)).toEqual([]);
  });
});
