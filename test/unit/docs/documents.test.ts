import { parse } from "yaml";
import { checkGateway } from "../../../components/arguments/gateway.ts";
import type { Problem } from "../../../components/arguments/values/problem.ts";
import { CATALOGUE, PARTS } from "../../../components/catalogue.ts";
import { readConfiguration } from "../../../components/configuration/read.ts";
import { cases } from "../components/cases.ts";
import { blocksOf, brokenLinks, documents, textOf } from "./documents.ts";

describe.each(documents)("%s", (document) => {
  it("has links that lead somewhere", () => expect(brokenLinks(document)).toEqual([]));

  it("copies code as it is", () => {
    for (const { from, text } of blocksOf(textOf(document))) {
      if (from !== null) expect(text).toBe(textOf(from));
    }
  });

  it("names no command of npm that is not there", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const named = [...textOf(document).matchAll(/npm run ([a-z:]+)/g)].map(([, script]) => script ?? "");
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});

/** The arguments that a check allows, by what it says about one that does not exist. */
function allowed(problems: readonly Problem[], path: string): string[] {
  const problem = problems.find((candidate) => candidate.path === path);
  return problem?.text.replace(/^.*allowed: /, "").split(", ") ?? [];
}

const no = { nosuch: true };

describe("docs/guide.md", () => {
  const guide = textOf("docs/guide.md");
  const section = (heading: string) => guide.split(/^### /m).find((text) => text.startsWith(heading)) ?? "";
  const components = Object.values(CATALOGUE);

  it.each<[string, string[]]>([
    ...components.map(({ title, check }): [string, string[]] => [
      title,
      allowed(check("home", no, null).problems, "nosuch"),
    ]),
    ["`ssh`", allowed(checkGateway("home", { ssh: no }).problems, "ssh.nosuch")],
    ["`ssh`", allowed(checkGateway("home", { ssh: { jump: no } }).problems, "ssh.jump.nosuch")],
  ])("has a row for each argument of %s", (heading, names) => {
    expect(names).not.toEqual([]);
    const rows = [...section(heading).matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    expect(rows).toEqual(expect.arrayContaining(names));
  });

  it.each(components)("marks what may be left out of $title", ({ title, check, standsOn }) => {
    const required = check("home", {}, null).problems.map(({ path }) => path);
    const rows = [...section(title).matchAll(/^\| `(\w+)`(\??) /gm)];
    const demanded = rows.flatMap(([, row = "", mark]) => (mark === "?" ? [] : [row]));
    expect(demanded).toEqual(standsOn === null ? required : [standsOn, ...required]);
  });

  it("demands the host, the node's key and the port, and nothing else", () => {
    const required = components.map(({ title, check }) => [
      title,
      check("home", {}, null).problems.map(({ path }) => path),
    ]);
    expect(Object.fromEntries(required)).toEqual({
      Gateway: ["ssh", "primaryAddress"],
      NetnsTailnet: ["authKey"],
      SocksBridge: ["port"],
      RouteBridge: ["site", "authKey"],
      SuffixDns: [],
    });
  });

  it.each(Object.entries(PARTS))("says where %s stands in the configuration", (place, { title }) => {
    const row = guide.split("\n").find((line) => line.startsWith(`| \`….tailnets.<tailnet>.${place}\``));
    expect(row).toContain(`new ${title}(name, { tailnet, …args })`);
  });
});

describe("docs/operations.md", () => {
  it("has a row for each code of an error", () => {
    const listed = [...textOf("providers/engine/errors.ts").matchAll(/^ {2}\| "([a-z-]+)"/gm)];
    const codes = listed.map(([, code]) => code);
    const rows = [...textOf("docs/operations.md").matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, row]) => row);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !rows.includes(code))).toEqual([]);
  });
});

describe("what docs/operations.md says of the host", () => {
  const page = textOf("docs/operations.md");
  const all = Object.values(cases);
  const rows = (heading: string) => page.split(`| ${heading} `)[1]?.split("\n\n")[0] ?? "";

  it("has every unit of a tailnet", () => {
    const units = all.flatMap(({ units }) => Object.keys(units));
    const words = units.flatMap(
      (unit) => /^tsproxy-.+-([a-z0-9]+)\.(?:service|socket)$/.exec(unit)?.[1] ?? [],
    );
    expect(new Set(words).size).toBeGreaterThan(9);
    expect(words.filter((word) => !new RegExp(`^\\|[^|]*-${word}\``, "m").test(rows("unit")))).toEqual([]);
  });

  it("has every package", () => {
    const packages = all.flatMap((desired) => Object.keys(desired.packages));
    expect(packages).toContain("iputils-ping");
    expect(packages.filter((name) => !rows("where").includes(`\`${name}\``))).toEqual([]);
  });
});

describe("a configuration that is shown", () => {
  const secrets = { "home/work/authKey": "tskey-auth-1", "home/lab/authKey": "tskey-auth-2" };
  const shown = blocksOf(textOf("README.md")).filter(
    ({ language, text }) => language === "yaml" && text.includes("tsproxy:gateways"),
  );

  interface File {
    readonly config: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }

  it("in Pulumi.home.yaml is one of two tailnets", () => {
    const { config } = parse(textOf("Pulumi.home.yaml")) as File;
    const [home] = readConfiguration(config["tsproxy:gateways"], secrets);
    expect(home?.tailnets.map(({ key }) => key)).toEqual(["work", "lab"]);
  });

  it("in README.md is enough", () => {
    expect(shown).toHaveLength(1);
    for (const { text } of shown) {
      const { config } = parse(text) as File;
      const given = { "home/work/authKey": "tskey-auth-1" };
      expect(readConfiguration(config["tsproxy:gateways"], given)).toHaveLength(1);
    }
  });
});
