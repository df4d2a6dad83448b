import * as pulumi from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime/settings.js";
import {
  ArgumentsError,
  Gateway,
  gatewaysFrom,
  NetnsTailnet,
  SocksBridge,
  SuffixDns,
} from "../../../components/index.ts";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        registered.push({ type, name, inputs });
        const tailnet = {
          loggedIn: true,
          state: "Running",
          addresses: ["100.64.0.2"],
          dnsName: "home-work.ts.net",
          suffix: "ts.net",
          keyExpiry: "2027-01-01T00:00:00Z",
          health: ["it is tired"],
        };
        return { id: name, state: { ...inputs, facts: { architecture: "x86_64", probes: { tailnet } } } };
      },
      call: () => ({}),
    },
    "program",
    "test",
  );
});

beforeEach(() => void registered.splice(0));

const digests = { sha256: { x86_64: "a".repeat(64) } };
const gatewayArgs = {
  ssh: {
    host: "gateway.lan",
    hostKey: `ssh-ed25519 ${"A".repeat(68)}`,
    privateKey: "-----BEGIN OPENSSH PRIVATE KEY-----",
  },
  primaryAddress: "100.64.0.10",
  tailscale: digests,
  coredns: digests,
};

function known<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => void output.apply(resolve));
}

function hostStates(): Registered[] {
  return registered.filter(({ inputs }) => "identity" in inputs);
}

describe("components", () => {
  it("register one resource each on the host, in its name there", async () => {
    const gateway = new Gateway("home", gatewayArgs);
    const tailnet = new NetnsTailnet("work", { gateway, authKey: "tskey-1" });
    const socks = new SocksBridge("work", { tailnet, port: 11080 });
    const dns = new SuffixDns("work", { tailnet, suffix: "corp" });

    expect(await known(gateway.primaryAddress)).toBe("100.64.0.10");
    expect([await known(gateway.url), await known(gateway.httpUrl)]).toEqual(["", ""]);
    expect(await known(gateway.primaryAddress6)).toBe("");
    expect(await known(socks.url6)).toBe("");
    expect(await known(tailnet.addresses)).toEqual(["100.64.0.2"]);
    expect(await known(tailnet.loginState)).toBe("Running");
    expect(await known(tailnet.dnsName)).toBe("home-work.ts.net");
    expect(await known(tailnet.keyExpiry)).toBe("2027-01-01T00:00:00Z");
    expect(await known(tailnet.health)).toEqual(["it is tired"]);
    expect(await known(socks.url)).toBe("socks5h://100.64.0.10:11080");
    expect(await known(socks.tryIt)).toBe(
      "curl -x socks5h://100.64.0.10:11080 http://100.100.100.100/api/data",
    );
    expect(await known(dns.suffix)).toBe("corp");
    expect(
      registered
        .filter(({ type }) => type.startsWith("tsproxy:index:"))
        .map(({ type, name }) => `${type} ${name}`)
        .sort(),
    ).toEqual([
      "tsproxy:index:Gateway home",
      "tsproxy:index:NetnsTailnet work",
      "tsproxy:index:SocksBridge work",
      "tsproxy:index:SuffixDns work",
    ]);
    expect(new Map(hostStates().map(({ name, inputs }) => [name, inputs.identity]))).toEqual(
      new Map([
        ["home-gateway", { project: "program", stack: "test", key: "gateway", sweeps: true }],
        ["work-tailnet", { project: "program", stack: "test", key: "tailnet-work", sweeps: false }],
        ["work-socks", { project: "program", stack: "test", key: "socks-work", sweeps: false }],
        ["work-dns", { project: "program", stack: "test", key: "dns-work", sweeps: false }],
      ]),
    );
  });

  it("give a line to paste that asks for a password where a port has users", async () => {
    const gateway = new Gateway("asking", {
      ...gatewayArgs,
      ssh: { ...gatewayArgs.ssh, host: "asking.lan" },
    });
    const tailnet = new NetnsTailnet("asking", { gateway, authKey: "tskey-1" });
    const users = { bob: "of-bob-and-long-enough", ann: "of-ann-and-long-enough" };
    const { tryIt } = new SocksBridge("asking", { tailnet, port: 11080, users });
    expect(await known(tryIt)).toContain(" --proxy-user ann http://");
  });

  it("say where the gateway is found by IPv6, where it is", async () => {
    const gateway = new Gateway("home", { ...gatewayArgs, primaryAddress6: "fd7a:115c:a1e0::10" });
    const tailnet = new NetnsTailnet("work", { gateway, authKey: "tskey-1" });
    const socks = new SocksBridge("work", { tailnet, port: 11080 });
    expect(await known(gateway.primaryAddress6)).toBe("fd7a:115c:a1e0::10");
    expect(await known(socks.url6)).toBe("socks5h://[fd7a:115c:a1e0::10]:11080");
  });

  it("refuse the name of another one on the gateway, and say nothing else of it", () => {
    const gateway = new Gateway("home", gatewayArgs);
    const work = new NetnsTailnet("work", { gateway, authKey: "k", veth: "10.200.0.4/30" });
    new SocksBridge("work", { tailnet: work, port: 11080 });
    new SuffixDns("work", { tailnet: work });
    expect(
      () => new NetnsTailnet("other", { gateway, authKey: "k", name: "work", veth: "10.200.0.4/30" }),
    ).toThrow(
      new ArgumentsError('NetnsTailnet "other"', [
        {
          path: "name",
          text: 'NetnsTailnet "work" is "tailnet-work" on this gateway already; another name is needed, or only one of them',
        },
      ]),
    );
    const lab = new NetnsTailnet("lab", { gateway, authKey: "k" });
    expect(() => new SocksBridge("lab", { tailnet: lab, port: 53 })).toThrow(
      'port: 53 is taken by Gateway "home"',
    );
    expect(() => new SuffixDns("lab", { tailnet: lab, suffix: "eu.work" })).toThrow("must not be nested");
  });

  it.each(["socks first", "dns first"])("warn where the one port leads by none of a suffix: %s", (order) => {
    const said = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const gateway = new Gateway("home", {
      ...{ ...gatewayArgs, ssh: { ...gatewayArgs.ssh, host: `${order.slice(0, 3)}.lan` } },
      onePort: { port: 1080 },
    });
    const make = (name: string, suffix: string) => {
      const tailnet = new NetnsTailnet(name, { gateway, authKey: "k" });
      const dns = () => new SuffixDns(name, { tailnet, suffix });
      const socks = () => new SocksBridge(name, { tailnet, port: name === "play" ? 11080 : 11081 });
      for (const part of order === "dns first" ? [dns, socks] : [socks, dns]) part();
    };
    make("play", "play.internal");
    make("lab", "lab");
    const texts = said.mock.calls.map(([text]) => text);
    said.mockRestore();
    expect(texts).toEqual([
      'the gateway\'s one port leads to this tailnet by "play", and refuses names below "play.internal", its suffix: give the SocksBridge onePortNames: ["play.internal"]',
    ]);
  });

  it("are children of what they stand on, and known by where states of 0.1.0 have them", async () => {
    const monitor = getMonitor();
    if (monitor === undefined) throw new Error("there are no mocks");
    const register = jest.spyOn(monitor, "registerResource");
    const gateway = new Gateway("placed", gatewayArgs);
    const work = new NetnsTailnet("placed", { gateway, authKey: "k" }, { aliases: [{ name: "office" }] });
    const socks = new SocksBridge("placed", { tailnet: work, port: 11080 });
    const dns = new SuffixDns("placed", { tailnet: work, suffix: "placed" }, { parent: gateway });
    await Promise.all([work, socks, dns].map(({ state }) => known(state.urn)));
    const placed = register.mock.calls
      .map(([request]) => request)
      .filter((request) => request.getName() === "placed" && /:[NS]/.test(request.getType()))
      .map((request) => {
        const aliases = request.getAliasesList().map((alias) => alias.toObject().spec);
        const former = aliases.map((spec) => spec?.name || `noParent: ${spec?.noparent}`);
        return [request.getType().slice(14), request.getParent().split("::").slice(-2).join(" "), former];
      });
    register.mockRestore();
    expect(placed.sort()).toEqual([
      ["NetnsTailnet", "tsproxy:index:Gateway placed", ["office", "noParent: true"]],
      ["SocksBridge", "tsproxy:index:Gateway$tsproxy:index:NetnsTailnet placed", ["noParent: true"]],
      ["SuffixDns", "tsproxy:index:Gateway placed", []],
    ]);
  });

  it("refuse options that would do nothing, with everything else that is wrong", () => {
    const options = { protect: true, ignoreChanges: ["dnsPort"], customTimeouts: { create: "1m" } };
    expect(() => new Gateway("home", { ...gatewayArgs, dnsPort: 0 }, options)).toThrow(
      new ArgumentsError('Gateway "home"', [
        { path: "dnsPort", text: "0 is not a port, 1 to 65535" },
        {
          path: "options.ignoreChanges",
          text: 'does nothing on a component: arguments are compared where they are written to the host; a transform of resources of the type HostState.type can ignore "desired"',
        },
        {
          path: "options.customTimeouts",
          text: "does nothing on a component: the first login is waited for as long as loginTimeout of its NetnsTailnet says",
        },
      ]),
    );
    const gateway = new Gateway("home", gatewayArgs);
    expect(() => new NetnsTailnet("work", { gateway, authKey: "k" }, { replaceOnChanges: ["name"] })).toThrow(
      "options.replaceOnChanges: does nothing on a component",
    );
  });

  it("say what they were given in place of what they stand on", () => {
    class Stranger {}
    const { Gateway: OfAnotherCopy } = { Gateway: class Gateway extends Stranger {} };
    const on = (gateway: unknown) => () =>
      Reflect.construct(NetnsTailnet, ["work", { gateway, authKey: "k" }]);
    expect(on(undefined)).toThrow("gateway: is missing: a Gateway");
    expect(on("home")).toThrow("gateway: is not a Gateway");
    expect(on(new OfAnotherCopy())).toThrow("gateway: is a Gateway of another copy of pulumi-tsproxy");
  });

  it("come out of configuration with the options of their gateway", () => {
    const { ssh, ...rest } = gatewayArgs;
    const { privateKey, ...open } = ssh;
    const options = (gateway: string) => (gateway === "home" ? {} : { ignoreChanges: ["dnsPort"] });
    const away = { ...rest, ssh: { ...open, host: "away.lan" } };
    expect(() => gatewaysFrom({ home: { ...rest, ssh: open }, away }, {}, options)).toThrow(
      'Gateway "away": 1 problem\n  options.ignoreChanges: does nothing',
    );
  });

  it("come out of configuration with their parents", async () => {
    const tailnets = { work: { socks: { port: 11080 }, dns: null }, lab: {} };
    const { ssh, ...rest } = gatewayArgs;
    const { privateKey, ...open } = ssh;
    const { home } = gatewaysFrom(
      { home: { ...rest, ssh: open, tailnets } },
      { "home/privateKey": privateKey, "home/work/authKey": "k", "home/lab/authKey": "k" },
    );
    const urns = [
      home?.gateway,
      home?.tailnets.work?.tailnet,
      home?.tailnets.work?.socks,
      home?.tailnets.work?.dns,
      home?.tailnets.lab?.tailnet,
    ];
    expect(await Promise.all(urns.map((one) => one && known(one.urn)))).toEqual([
      "urn:pulumi:test::program::tsproxy:index:Gateway::home",
      "urn:pulumi:test::program::tsproxy:index:Gateway$tsproxy:index:NetnsTailnet::home-work",
      expect.stringContaining("tsproxy:index:NetnsTailnet$tsproxy:index:SocksBridge::home-work"),
      expect.stringContaining("tsproxy:index:NetnsTailnet$tsproxy:index:SuffixDns::home-work"),
      "urn:pulumi:test::program::tsproxy:index:Gateway$tsproxy:index:NetnsTailnet::home-lab",
    ]);
    expect(home?.tailnets.lab?.socks).toBeUndefined();
  });

  it("leave names as they are where the routes that they lead to could not be made", async () => {
    const monitor = getMonitor();
    if (monitor === undefined) throw new Error("there are no mocks");
    const register = jest.spyOn(monitor, "registerResource");
    const { ssh, ...rest } = gatewayArgs;
    const { privateKey, ...open } = ssh;
    const tailnets = { work: { route: { site: 7 }, dns: null } };
    const { home } = gatewaysFrom(
      { home: { ...rest, ssh: { ...open, host: "routes.lan" }, tailnets } },
      { "home/privateKey": privateKey, "home/work/authKey": "k", "home/work/route/authKey": "k" },
    );
    const dns = home?.tailnets.work?.dns;
    await (dns && known(dns.state.urn));
    const requests = register.mock.calls.map(([request]) => request.getType());
    const [names] = register.mock.calls.filter(([request]) => /SuffixDns$/.test(request.getType()));
    expect(names?.[0].getDependenciesList()).toContainEqual(expect.stringContaining("RouteBridge"));
    expect(requests.findIndex((type) => /SuffixDns$/.test(type))).toBeGreaterThan(
      requests.findIndex((type) => /RouteBridge$/.test(type)),
    );
    register.mockRestore();
  });

  it("warn of secrets that stand in the clear", () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const warningsWith = (encrypted: string | undefined) => {
      warn.mockClear();
      process.env.PULUMI_CONFIG_SECRET_KEYS = encrypted;
      if (encrypted === undefined) delete process.env.PULUMI_CONFIG_SECRET_KEYS;
      gatewaysFrom({}, {});
      return warn.mock.calls.map(([text]) => text);
    };
    expect(warningsWith("[]")).toEqual([]);
    pulumi.runtime.setConfig("tsproxy:secrets", "{}");
    expect(warningsWith('["tsproxy:secrets"]')).toEqual([]);
    expect(warningsWith(undefined)).toEqual([]);
    expect(warningsWith("[]")).toEqual([expect.stringMatching(/^tsproxy:secrets is not encrypted: /)]);
    delete process.env.PULUMI_CONFIG_SECRET_KEYS;
    warn.mockRestore();
  });

  it("warn of a suffix that is a top-level domain, and are made", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const { ssh, ...rest } = gatewayArgs;
    const { privateKey, ...open } = ssh;
    const tailnets = { dev: { dns: null }, lab: { dns: null } };
    const { home } = gatewaysFrom(
      { home: { ...rest, ssh: open, tailnets } },
      { "home/privateKey": privateKey, "home/dev/authKey": "k", "home/lab/authKey": "k" },
    );
    const dns = home?.tailnets.dev?.dns;
    expect(dns && (await known(dns.suffix))).toBe("dev");
    expect(warn.mock.calls.map(([text, on]) => [text, on === dns])).toEqual([
      [expect.stringContaining('suffix "dev" is a top-level domain of the internet'), true],
    ]);
    warn.mockRestore();
  });
});
