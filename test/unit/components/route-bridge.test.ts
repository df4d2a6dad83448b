import { checkRoute } from "../../../components/arguments/route-bridge.ts";
import { ArgumentsError } from "../../../components/arguments/values/problem.ts";
import { readConfiguration } from "../../../components/configuration/read.ts";
import { offeredRoutes } from "../../../components/render/route-bridge.ts";
import { resourcesFrom } from "../../../components/resources.ts";
import { GATEWAY_ARGS, TAILNET_SETTINGS } from "./cases.ts";

const tailnet = TAILNET_SETTINGS.spec;
const KEY = { authKey: "tskey-auth-1" };

function problemsOf(args: unknown, on = tailnet): string[] {
  return checkRoute("work", args, on).problems.map(({ path, text }) => `${path}: ${text}`);
}

/** One tailnet with routes on each gateway. */
function gatewaysWith(...routes: readonly object[]) {
  const names = ["one", "two", "three"];
  const gateways = routes.map((route, index) => {
    const ssh = { ...GATEWAY_ARGS.ssh, host: `${names[index]}.lan` };
    return [names[index], { ...GATEWAY_ARGS, ssh, tailnets: { work: { route, dns: {} } } }] as const;
  });
  const keys = gateways.flatMap(([name]) => [`${name}/work/authKey`, `${name}/work/route/authKey`]);
  const secrets = Object.fromEntries(keys.map((key) => [key, "tskey-auth-1"]));
  return { gateways: Object.fromEntries(gateways), secrets };
}

function refusalOf(gateways: unknown, secrets: unknown): string {
  try {
    readConfiguration(gateways, secrets);
    return "";
  } catch (error) {
    if (error instanceof ArgumentsError) return error.message;
    throw error;
  }
}

describe("routes into a tailnet", () => {
  it("offer the private networks, and lead by the name that the tailnet's own node has", () => {
    const { settings } = checkRoute("work", { site: 7, ...KEY }, tailnet);
    expect(settings).toMatchObject({
      networks: ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
      machines: true,
      hostname: "home-work",
      loginServer: "https://controlplane.tailscale.com",
    });
  });

  it.each([{}, { map: { "10.107.0.0/24": "10.0.0.0/24" } }])("are the same once more: %j", (more) => {
    const { settings } = checkRoute("work", { site: 7, ...more, ...KEY }, tailnet);
    expect(checkRoute("work", settings, tailnet)).toEqual({ settings, problems: [] });
  });

  it("are refused with all that is wrong", () => {
    const networks = ["10.0.0.0/24", "100.64.7.0/24", "127.0.0.0/8", "10.0.0.1/24"];
    expect(problemsOf({ site: 65536, networks, loginServer: "headscale.lan" })).toEqual([
      expect.stringMatching(/^loginServer: "headscale\.lan" is not an http or https URL/),
      "site: 65536 is not a number that no other tailnet has in the primary one, 0 to 65535",
      expect.stringMatching(/^networks\[1\]: "100\.64\.7\.0\/24" cannot be offered: .* there is `machines`$/),
      expect.stringMatching(/^networks\[2\]: "127\.0\.0\.0\/8" cannot be offered/),
      expect.stringMatching(/^networks\[3\]: "10\.0\.0\.1\/24" is not an IPv4 network/),
      "authKey: is missing: an auth key on one line",
    ]);
    expect(problemsOf({ site: 7, networks: [], machines: false, ...KEY })).toEqual([
      "networks: is empty, and machines is false: nothing would be offered",
    ]);
  });

  it("need a way to a private control server of the primary tailnet", () => {
    const args = { site: 7, loginServer: "https://192.168.1.20", ...KEY };
    expect(problemsOf(args)).toEqual([
      'loginServer: "https://192.168.1.20" is a private address, which the namespace of the tailnet does not reach: list 192.168.1.20 in the tailnet\'s `reach`',
    ]);
    expect(problemsOf(args, { ...tailnet, reach: ["192.168.1.0/24"] })).toEqual([]);
    expect(problemsOf({ ...args, loginServer: "https://198.18.0.11" })).toEqual([]);
  });

  it("have a number that no other tailnet has in the same primary tailnet, on whichever gateway", () => {
    const { gateways, secrets } = gatewaysWith({ site: 7 }, { site: 7, networks: ["10.0.0.0/24"] });
    const [one, two] = ["one", "two"].map(
      (gateway) => `tsproxy:gateways.${gateway}.tailnets.work.route.site`,
    );
    expect(refusalOf(gateways, secrets)).toBe(
      `configuration: 1 problem\n  ${two}: 7 at https://controlplane.tailscale.com is taken by tailnet work (${one}); each tailnet needs a number of its own in the primary one, and a backup offers the same of the same tailnet`,
    );
    const elsewhere = gatewaysWith(
      { site: 7 },
      { site: 8 },
      { site: 7, loginServer: "https://headscale.example" },
    );
    expect(refusalOf(elsewhere.gateways, elsewhere.secrets)).toBe("");
  });

  it("are backed up by another gateway that offers the same of the same tailnet", () => {
    const routes = {
      site: 7,
      networks: ["10.0.0.0/24", "10.1.0.0/24"],
      map: { "10.107.0.0/24": "10.2.0.0/24" },
    };
    const backup = { ...routes, networks: routes.networks.toReversed() };
    const two = gatewaysWith(routes, backup);
    expect(refusalOf(two.gateways, two.secrets)).toBe("");
    const other = gatewaysWith(routes, { ...backup, machines: false });
    expect(refusalOf(other.gateways, other.secrets)).toContain("configuration: 2 problems");
    expect(refusalOf(other.gateways, other.secrets)).toContain(
      "route.map.10.107.0.0/24: 10.107.0.0/24 at https://controlplane.tailscale.com overlaps with 10.107.0.0/24",
    );
  });

  it("are compared within one primary tailnet, by the name that the program gives it", () => {
    const { gateways, secrets } = gatewaysWith(
      { site: 7, primary: "acme.example" },
      { site: 7, primary: "home", networks: ["10.0.0.0/24"] },
    );
    expect(refusalOf(gateways, secrets)).toBe("");
  });

  it("offer by a map what it says, and of themselves no networks", () => {
    const { settings } = checkRoute(
      "work",
      { site: 7, map: { "10.107.0.0/24": "100.64.7.0/24" }, ...KEY },
      tailnet,
    );
    expect(settings?.networks).toEqual([]);
    expect(settings && offeredRoutes(settings)).toEqual([
      "fd7a:115c:a1e0:b1a:0:7:f040:0/106",
      "10.107.0.0/24",
    ]);
  });

  it("are mapped from one network to another of the same size, and hide nothing", () => {
    const map = {
      "10.107.0.0/24": "10.0.0.0/16",
      "10.108.0.0/24": "10.0.0.0/24",
      "10.108.0.128/25": "10.0.1.0/25",
      "100.64.0.0/24": "10.0.0.0/24",
      "10.109.0.1/24": "10.0.0.0/24",
      "192.168.7.0/25": "10.0.0.0/25",
      "10.200.0.0/24": "10.0.0.0/24",
    };
    expect(problemsOf({ site: 7, networks: ["192.168.7.0/24"], map, ...KEY })).toEqual([
      'map.10.107.0.0/24: "10.107.0.0/24" and "10.0.0.0/16" differ in size: a network of /16 is needed to stand for it',
      'map.10.108.0.128/25: overlaps with "10.108.0.0/24", which stands for another network',
      expect.stringMatching(
        /^map\.100\.64\.0\.0\/24: "100\.64\.0\.0\/24" cannot be offered: .*100\.64\.0\.0\/10$/,
      ),
      'map.10.109.0.1/24: "10.109.0.1/24" is not an IPv4 network of /8 or smaller, for example "10.107.0.0/24"',
      "map.192.168.7.0/25: hides 192.168.7.0/24, which is offered or used as it is: a network is needed that is none of the tailnet's",
      "map.10.200.0.0/24: hides 10.200.0.4/30, which is offered or used as it is: a network is needed that is none of the tailnet's",
    ]);
    expect(problemsOf({ site: 7, map: { "10.107.0.0/24": "127.0.0.0/24" }, ...KEY })).toEqual([
      'map.10.107.0.0/24: "127.0.0.0/24" cannot be offered: loopback, link-local, multicast and reserved addresses',
    ]);
  });

  it("are told of a wrong network of a map beside a wrong one that stands for it, and beside anything else", () => {
    const map = { "10.109.0.1/24": "10.0.0.0/24", "10.107.0.0/24": "127.0.0.0/24", "10.108.0.0/24": 7 };
    expect(problemsOf({ site: -1, map, ...KEY }).map((line) => line.replace(/: .*/, ""))).toEqual([
      "site",
      "map.10.107.0.0/24",
      "map.10.108.0.0/24",
      "map.10.109.0.1/24",
    ]);
  });

  it("are not looked for at an IPv6 address, which is open nowhere", () => {
    expect(problemsOf({ site: 7, loginServer: "http://[fd00::1]:8080", ...KEY })).toEqual([
      'loginServer: "http://[fd00::1]:8080" names its server by an IPv6 address, which does not work here: write it by name or IPv4',
    ]);
  });

  it("have one site, to which names lead, too", () => {
    const { gateways, secrets } = gatewaysWith({ site: 7 });
    const tailnets = { work: { route: { site: 7 }, dns: { site: 9 } } };
    expect(refusalOf({ one: { ...gateways.one, tailnets } }, secrets)).toBe(
      "configuration: 1 problem\n  tsproxy:gateways.one.tailnets.work.dns.site: 9 is not 7, as tailnet work has it (tsproxy:gateways.one.tailnets.work.route.site): names lead where the routes of the tailnet do",
    );
  });

  it("have on one gateway each a number of its own, whatever its primary tailnet is called", () => {
    const { gateways, secrets } = gatewaysWith({ site: 7 });
    const named = { site: 7, map: { "10.107.0.0/24": "10.0.0.0/24" }, primary: "acme.example" };
    const unnamed = { site: 7, map: { "10.107.0.0/25": "10.0.0.0/25" } };
    const tailnets = { work: { route: named }, lab: { route: unnamed } };
    const keys = { "one/lab/authKey": "tskey-auth-1", "one/lab/route/authKey": "tskey-auth-1" };
    const said = refusalOf({ one: { ...gateways.one, tailnets } }, { ...secrets, ...keys });
    expect(said).toContain("configuration: 2 problems");
    expect(said).toContain(
      "lab.route.site: 7 at https://controlplane.tailscale.com is taken by tailnet work",
    );
    expect(said).toContain("lab.route.map.10.107.0.0/25: 10.107.0.0/25 at ");
  });

  it("take their key from the secrets, and are told where it belongs", () => {
    const { gateways, secrets } = gatewaysWith({ site: 7, authKey: "tskey-auth-1" });
    const { "one/work/route/authKey": _, ...rest } = secrets;
    expect(refusalOf(gateways, rest)).toContain(
      'tsproxy:gateways.one.tailnets.work.route.authKey: belongs in tsproxy:secrets, as "one/work/route/authKey"',
    );
    const open = gatewaysWith({ site: 7 });
    expect(refusalOf(open.gateways, rest)).toContain(
      "is missing; set it: pulumi config set --secret --path 'tsproxy:secrets[\"one/work/route/authKey\"]'",
    );
  });

  it("decide in a configuration what names under the suffix lead to", () => {
    const { gateways, secrets } = gatewaysWith({ site: 7 });
    const dns = resourcesFrom(gateways, secrets).find(({ name }) => name === "one-work-dns");
    expect(dns?.desired.files["/etc/tsproxy/zones.d/work.zone"]?.content).toContain(
      "AAAA fd7a:115c:a1e0:b1a:0:7:{{ index .Match 1 }}",
    );
    const without = gatewaysWith({ site: 7, machines: false });
    const [work] = readConfiguration(without.gateways, without.secrets).flatMap(({ tailnets }) => tailnets);
    expect(work?.parts.dns).toMatchObject({ site: 7, machines: false });
  });

  it("decide that in whichever order the parts of a tailnet stand in the catalogue", () => {
    jest.isolateModules(() => {
      jest.doMock("../../../components/catalogue.ts", () => {
        const catalogue = jest.requireActual<typeof import("../../../components/catalogue.ts")>(
          "../../../components/catalogue.ts",
        );
        return { ...catalogue, PART_NAMES: catalogue.PART_NAMES.toReversed() };
      });
      const read = jest.requireActual<typeof import("../../../components/configuration/read.ts")>(
        "../../../components/configuration/read.ts",
      ).readConfiguration;
      const { gateways, secrets } = gatewaysWith({ site: 7 });
      expect(read(gateways, secrets)[0]?.tailnets[0]?.parts.dns).toMatchObject({ site: 7 });
    });
  });
});
