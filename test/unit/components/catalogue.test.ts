import { CATALOGUE, isPartName, PARTS } from "../../../components/catalogue.ts";
import * as library from "../../../components/index.ts";
import { HARMLESS } from "../../trust/hostile/configurations.ts";
import { cases, GATEWAY_SETTINGS, ROUTED, TAILNET_SETTINGS, WORK } from "./cases.ts";

/** `SocksBridge` is `socks-bridge` in names of files. */
function kebab(title: string): string {
  return title.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}

/** The arguments that a check allows, by what it says about one that does not exist. */
function argumentsOf({ check }: (typeof CATALOGUE)[keyof typeof CATALOGUE]): string[] {
  const problem = check("home", { nosuch: true }, null).problems.find(({ path }) => path === "nosuch");
  return problem?.text.replace(/^.*allowed: /, "").split(", ") ?? [];
}

/** Arguments that are a secret, or that have no default. */
const UNSHOWN = [
  ...["authKey", "primaryAddress6", "onePort", "mirror"],
  ...["caCertificates", "users", "primary"],
];

const ROUTE_SETTINGS = CATALOGUE.route.check("work", { site: 7, authKey: "tskey" }, null).settings;

/** Arguments for which no text is right. */
const YES_OR_NO = ["uplink6", "acceptRoutes", "acceptDns", "browserLogin", "machines", "adopt"];

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

  it.each([
    ["gateway", CATALOGUE.gateway.inputs(GATEWAY_SETTINGS)],
    ["tailnet", CATALOGUE.tailnet.inputs(TAILNET_SETTINGS)],
    [
      "socks",
      CATALOGUE.socks.inputs({ port: 1, maxSessions: 512, server: "sing-box", onePortNames: ["work"] }),
    ],
    ["route", ROUTE_SETTINGS && CATALOGUE.route.inputs(ROUTE_SETTINGS)],
    ["dns", CATALOGUE.dns.inputs({ suffix: "work", domains: ["corp.example"], site: 7, machines: true })],
  ] as const)("registers %s by the names of its arguments", (name, given) => {
    const inputs = given ?? {};
    expect(argumentsOf(CATALOGUE[name])).toEqual(expect.arrayContaining(Object.keys(inputs)));
    const shown = argumentsOf(CATALOGUE[name]).filter((argument) => !(argument in inputs));
    expect(shown.filter((argument) => !UNSHOWN.includes(argument))).toEqual([]);
  });

  it("has nothing for a tailnet that the tailnets of most tests are without", () => {
    expect(Object.keys({ ...WORK, ...ROUTED })).toEqual(expect.arrayContaining(Object.keys(PARTS)));
  });

  it("takes no argument of a tailnet for a component of it", () => {
    expect(argumentsOf(CATALOGUE.tailnet).filter(isPartName)).toEqual([]);
  });

  it("registers users in one order, whatever that of the arguments", () => {
    const port = { port: 1, maxSessions: 512, server: "sing-box", onePortNames: [] } as const;
    const [one, other] = [
      { ann: "a", bob: "b" },
      { bob: "b", ann: "a" },
    ].map((users) => CATALOGUE.socks.inputs({ ...port, users }));
    expect(JSON.stringify(other)).toBe(JSON.stringify(one));
  });
});
