import * as pulumi from "@pulumi/pulumi";
import fc from "fast-check";
import { facts, linesOf } from "../../../components/clients/lines.ts";
import {
  ClientKit,
  clientFactsOf,
  clientFiles,
  Gateway,
  gatewaysFrom,
  NetnsTailnet,
  RouteBridge,
  SocksBridge,
  SuffixDns,
} from "../../../components/index.ts";
import type { GatewayFacts } from "../../../components/render/clients/facts.ts";
import { clientFactsFrom } from "../../../components/resources.ts";
import { soundFacts } from "./clients/facts.ts";

const ssh = (host: string) => ({ host, hostKey: `ssh-ed25519 ${"A".repeat(68)}` });
const PASSWORD = "canary-with-enough-signs";

const registered: pulumi.runtime.MockResourceArgs[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource(args) {
      registered.push(args);
      return { id: args.name, state: args.inputs };
    },
    call: ({ inputs }) => inputs,
  });
});

function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

/** A gateway with tailnet `name`, whose port has a user. */
function gatewayWith(host: string, primaryAddress: string, name: string, suffix = "work.internal") {
  const gateway = new Gateway(host, { ssh: ssh(host), primaryAddress });
  const tailnet = new NetnsTailnet(`${host}-${name}`, { gateway, name, authKey: "tskey-canary" });
  const users = { bob: PASSWORD, ann: pulumi.secret(PASSWORD) };
  const socks = new SocksBridge(`${host}-${name}`, { tailnet, port: 11080, users });
  const dns = new SuffixDns(`${host}-${name}`, { tailnet, suffix, domains: ["corp.example"] });
  return { tailnet, socks, dns };
}

/** Facts as they are read. */
const read = (lines: unknown) => facts.parse(lines);

const WORK = {
  port: 11080,
  speaksHttp: true,
  users: ["ann", "bob"],
  suffix: "work.internal",
  domains: ["corp.example"],
};

describe("ClientKit", () => {
  it("knows what its components know, and takes a name at two gateways for one tailnet", async () => {
    const home = gatewayWith("home", "100.64.0.10", "work");
    const away = gatewayWith("away", "100.64.0.11", "work");
    const route = new RouteBridge("home-work", { tailnet: home.tailnet, site: 7, authKey: "tskey-canary" });
    const kit = new ClientKit("clients", { components: [home.socks, home.dns, route, away.dns, away.socks] });
    expect(read(await known(kit.facts))).toEqual([
      { address: "100.64.0.10", tailnets: { work: { ...WORK, isRouted: true } } },
      { address: "100.64.0.11", tailnets: { work: WORK } },
    ]);
    const files = await known(kit.files);
    expect(files["browsers/proxy.pac"]).toContain("PROXY 100.64.0.10:11080; PROXY 100.64.0.11:11080");
  });

  it("has nothing secret, and keeps no file in the state", async () => {
    const { socks, dns } = gatewayWith("home", "100.64.0.10", "work");
    const kit = new ClientKit("secretless", { components: [socks, dns] });
    const files = await known(kit.files);
    expect(JSON.stringify(files)).toContain("ann");
    expect(JSON.stringify(files)).not.toContain("canary");
    await known(kit.urn);
    const { inputs } = registered.find(({ name }) => name === "secretless") ?? {};
    const line =
      "address=100.64.0.10&tailnet=work&port=11080&speaksHttp=true&users=ann&users=bob&suffix=work.internal&domains=corp.example";
    expect(inputs).toEqual({ facts: [line] });
  });

  it("refuses ends that lead to two tailnets, and gateways at one address, all at once", () => {
    const home = gatewayWith("home", "100.64.0.10", "work");
    const away = gatewayWith("away", "100.64.0.10", "lab");
    expect(() => new ClientKit("clients", { components: [home.dns, away.dns] })).toThrow(
      [
        'ClientKit "clients": 3 problems',
        '  [1].address: "100.64.0.10" is that of [0] already; gateways in different primary tailnets need kits of their own',
        '  [1].tailnets.lab: "work.internal" ends names of tailnet work already; clients find one tailnet by it',
        '  [1].tailnets.lab: "corp.example" ends names of tailnet work already; clients find one tailnet by it',
      ].join("\n"),
    );
  });

  it.each([
    [{}, "components: is missing: a list of SocksBridge, RouteBridge, SuffixDns"],
    [{ components: ["work"] }, "components[0]: is not one of SocksBridge, RouteBridge, SuffixDns"],
  ])("refuses %j", (args, said) => {
    expect(() => Reflect.construct(ClientKit, ["clients", args])).toThrow(said);
  });
});

describe("what clients need of a configuration", () => {
  const gateways = {
    home: {
      ...{ ssh: ssh("home"), primaryAddress: "100.64.0.10", dnsPort: 5353, onePort: { port: 1080 } },
      tailnets: {
        work: { socks: { port: 11080, server: "dante" }, dns: { suffix: "work.internal" } },
        lab: { route: { site: 7 }, dns: { suffix: "lab.internal" } },
        shop: { socks: { port: 11081, users: ["ann"], onePortNames: [] } },
        none: {},
      },
    },
  };
  const keys = ["work/authKey", "lab/authKey", "lab/route/authKey", "shop/authKey", "none/authKey"];
  const secrets = {
    ...Object.fromEntries(keys.map((key) => [`home/${key}`, "tskey-canary"])),
    "home/shop/users/ann": PASSWORD,
  };

  it("is the same by its components and without Pulumi, but for tailnets with nothing on them", () => {
    const without = read(clientFactsFrom(gateways, secrets));
    const tailnets = {
      work: { port: 11080, suffix: "work.internal" },
      lab: { suffix: "lab.internal", isRouted: true },
      shop: { port: 11081, speaksHttp: true, users: ["ann"] },
    };
    const home = { address: "100.64.0.10", dnsPort: 5353, onePort: 1080 };
    expect(without).toEqual([{ ...home, tailnets: { ...tailnets, none: {} } }]);
    expect(read(clientFactsOf(gatewaysFrom(gateways, secrets)))).toEqual([{ ...home, tailnets }]);
  });

  it("is enough for the files", () => {
    expect(Object.keys(clientFiles(clientFactsFrom(gateways, secrets)))).toContain("ssh/config");
  });

  it("is read as it was written, a line for each tailnet of a gateway", () => {
    fc.assert(
      fc.property(soundFacts, (given) => {
        const written = given.filter(({ tailnets }) => Object.keys(tailnets).length > 0).map(withoutEmpty);
        expect(read(linesOf(given))).toEqual(written);
      }),
    );
  });

  it.each([
    [undefined, "is missing: a list of lines"],
    [[7], "[0]: 7 is not a line of text"],
    [["address=100.64.0&tailnet=$(x)&port=0"], "3 problems"],
    [["address=100.64.0.1&tailnet=work&suffix=a;b"], "[0].tailnets.work.suffix:"],
    [["address=100.64.0.1&tailnet=work&prt=1"], '[0].tailnets.work.prt: is not an argument, "port" is'],
    [["address=100.64.0.1&tailnet=work", "address=100.64.0.1&tailnet=work"], "is that of [0] already"],
  ])("is checked where it is read: %j", (lines, said) => {
    expect(() => clientFiles(lines)).toThrow(said);
  });
});

/** An empty list is as none. */
function withoutEmpty(gateway: GatewayFacts): GatewayFacts {
  const isEmpty = (value: unknown) => Array.isArray(value) && value.length === 0;
  const tailnets = Object.entries(gateway.tailnets).map(([name, own]) => [
    name,
    Object.fromEntries(Object.entries(own).filter(([, value]) => !isEmpty(value))),
  ]);
  return { ...gateway, tailnets: Object.fromEntries(tailnets) };
}
