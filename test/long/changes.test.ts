import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import type { Lab } from "../lab/index.ts";
import { LAB, WORK } from "../lab/proofs.ts";
import { get } from "../lab/proxies.ts";
import { until } from "../lab/waiting.ts";
import { HARMLESS } from "../trust/hostile/configurations.ts";

type Component = keyof typeof HARMLESS;
type Tree = Readonly<Record<string, unknown>>;
/** Arguments of the gateway and of tailnet work, laid over the usual ones. */
type Arguments = Readonly<Partial<Record<Component, Tree>>>;

interface Change {
  readonly of: Component;
  readonly argument: string;
  /** @default the usual ones */
  readonly from?: Arguments;
  readonly to: Tree | ((lab: Lab) => Tree);
  /** The units that run anew after it; nothing else of the gateway does. */
  readonly anew: readonly string[];
}

const PASSWORD = "Of-ann-1234567";
const ONE_PORT = { port: 1080 };
const withoutOnePort: Arguments = { socks: { onePortNames: [] } };

/** systemd keeps others than the clients from them, too, by settings that are read at a start. */
const DOORS_AND_DNS: readonly string[] = [
  "tsproxy-_every-relay.service",
  "tsproxy-_every-relay.socket",
  "tsproxy-dns.service",
  "tsproxy-lab-relay.service",
  "tsproxy-lab-relay.socket",
  "tsproxy-work-relay.service",
  "tsproxy-work-relay.socket",
];

/** What is in the namespace, and what leads there. */
const OF_THE_NAMESPACE: readonly string[] = [
  "tsproxy-work-dns.service",
  "tsproxy-work-domain.service",
  "tsproxy-work-machines.service",
  "tsproxy-work-oneport.service",
  "tsproxy-work-oneport.socket",
  "tsproxy-work-online.service",
  "tsproxy-work-relay.service",
  "tsproxy-work-relay.socket",
  "tsproxy-work-route.service",
  "tsproxy-work-routeonline.service",
  "tsproxy-work-socks.service",
  "tsproxy-work-tailscaled.service",
  "tsproxy_netns-work.service",
];

const CHANGES: readonly Change[] = [
  { of: "gateway", argument: "name", to: { name: "house" }, anew: [] },
  {
    of: "gateway",
    argument: "primaryAddress6",
    to: () => ({ primaryAddress6: "fd7a:115c:a1e0::1" }),
    anew: DOORS_AND_DNS,
  },
  {
    of: "gateway",
    argument: "dnsPort",
    to: { dnsPort: 5353 },
    anew: ["tsproxy-dns.service", "tsproxy-lab-suffix.service", "tsproxy-work-suffix.service"],
  },
  { of: "gateway", argument: "clients", to: { clients: ["100.64.0.0/16"] }, anew: DOORS_AND_DNS },
  { of: "gateway", argument: "mirror", to: { mirror: "http://mirror.internet/other" }, anew: [] },
  {
    of: "gateway",
    argument: "onePort",
    to: { onePort: { ...ONE_PORT, port: 1090, maxSessions: 64 } },
    anew: ["tsproxy-_every-relay.service", "tsproxy-_every-relay.socket", "tsproxy-_every-switch.service"],
  },
  { of: "tailnet", argument: "hostname", to: { hostname: "house" }, anew: [] },
  { of: "tailnet", argument: "advertiseRoutes", to: { advertiseRoutes: ["192.168.7.0/24"] }, anew: [] },
  {
    of: "tailnet",
    argument: "exitNode",
    to: ({ hosts }) => ({ exitNode: hosts.office.tailnetAddress }),
    anew: [],
  },
  {
    of: "tailnet",
    argument: "caCertificates",
    to: ({ ca }) => ({ caCertificates: `${ca}${ca}` }),
    anew: [
      "tsproxy-work-domain.service",
      "tsproxy-work-machines.service",
      "tsproxy-work-online.service",
      "tsproxy-work-tailscaled.service",
    ],
  },
  { of: "tailnet", argument: "reach", to: { reach: ["192.168.7.0/24"] }, anew: [] },
  {
    of: "tailnet",
    argument: "resolvers",
    to: ({ hosts }) => ({ resolvers: [hosts.mirror.address] }),
    anew: [],
  },
  {
    of: "tailnet",
    argument: "veth",
    to: { veth: "10.200.9.0/30" },
    anew: ["tsproxy-work-suffix.service", ...OF_THE_NAMESPACE],
  },
  {
    of: "tailnet",
    argument: "userNamespace",
    to: { userNamespace: false },
    anew: OF_THE_NAMESPACE,
  },
  {
    of: "tailnet",
    argument: "loginTimeout",
    to: { loginTimeout: 90 },
    anew: ["tsproxy-work-domain.service", "tsproxy-work-machines.service", "tsproxy-work-online.service"],
  },
  { of: "tailnet", argument: "acceptRoutes", to: { acceptRoutes: false }, anew: [] },
  { of: "tailnet", argument: "acceptDns", to: { acceptDns: false }, anew: ["tsproxy-work-dns.service"] },
  {
    of: "socks",
    argument: "port",
    to: { port: 11085 },
    anew: [
      "tsproxy-work-oneport.service",
      "tsproxy-work-oneport.socket",
      "tsproxy-work-relay.service",
      "tsproxy-work-relay.socket",
    ],
  },
  {
    of: "socks",
    argument: "maxSessions",
    to: { maxSessions: 64 },
    anew: ["tsproxy-work-oneport.service", "tsproxy-work-relay.service", "tsproxy-work-socks.service"],
  },
  { of: "socks", argument: "server", to: { server: "dante" }, anew: ["tsproxy-work-socks.service"] },
  {
    of: "socks",
    argument: "users",
    from: withoutOnePort,
    to: { users: ["ann"] },
    anew: ["tsproxy-work-socks.service"],
  },
  {
    of: "socks",
    argument: "onePortNames",
    to: { onePortNames: ["work", "work.example"] },
    anew: ["tsproxy-work-oneport.service"],
  },
  {
    of: "route",
    argument: "site",
    to: { site: 8 },
    anew: ["tsproxy-work-machines.service", "tsproxy-work-suffix.service"],
  },
  { of: "route", argument: "networks", to: { networks: ["10.0.0.0/24"] }, anew: [] },
  { of: "route", argument: "map", to: { map: { "10.107.0.0/24": "10.0.0.0/24" } }, anew: [] },
  { of: "route", argument: "primary", to: { primary: "acme.example" }, anew: [] },
  { of: "route", argument: "hostname", to: { hostname: "house" }, anew: [] },
  {
    of: "route",
    argument: "caCertificates",
    to: ({ ca }) => ({ caCertificates: `${ca}${ca}` }),
    anew: ["tsproxy-work-route.service", "tsproxy-work-routeonline.service"],
  },
  {
    of: "route",
    argument: "loginTimeout",
    to: { loginTimeout: 90 },
    anew: ["tsproxy-work-routeonline.service"],
  },
  { of: "route", argument: "machines", to: { machines: false }, anew: ["tsproxy-work-suffix.service"] },
  {
    of: "dns",
    argument: "suffix",
    to: { suffix: "work.internal" },
    anew: [
      "tsproxy-work-domain.service",
      "tsproxy-work-machines.service",
      "tsproxy-work-oneport.service",
      "tsproxy-work-suffix.service",
    ],
  },
  {
    of: "dns",
    argument: "domains",
    to: { domains: ["corp.example"] },
    anew: ["tsproxy-work-machines.service", "tsproxy-work-oneport.service", "tsproxy-work-suffix.service"],
  },
  { of: "dns", argument: "site", to: { site: 7 }, anew: [] },
  { of: "dns", argument: "machines", to: { machines: false }, anew: ["tsproxy-work-suffix.service"] },
];

/** Where the others are changed. */
const ELSEWHERE: Readonly<Record<Component, readonly string[]>> = {
  // what is connected to, and what is installed: host/login, host/trouble, long/login-lasts, long/oldest
  gateway: ["ssh", "primaryAddress", "primaryInterface", "tailscale", "coredns", "singBox"],
  // another name is another tailnet, another server another login: host/destroy, npm run trust -- --only destroy
  tailnet: ["name", "authKey", "loginServer"],
  socks: [],
  route: ["authKey", "loginServer"],
  dns: [],
};

describe("the table of changes", () => {
  it.each(Object.keys(HARMLESS))("has every argument of %s that is not changed elsewhere", (component) => {
    const of = CHANGES.filter((change) => change.of === component).map(({ argument }) => argument);
    const elsewhere = Object.entries(ELSEWHERE).flatMap(([name, all]) => (name === component ? all : []));
    const harmless = Object.entries(HARMLESS).flatMap(([name, all]) =>
      name === component ? Object.keys(all) : [],
    );
    expect([...of, ...elsewhere]).toEqual(expect.arrayContaining(harmless));
  });
});

onLaboratory("an argument that is changed on a live gateway, and back", "changes", (bench) => {
  let stack: Stack;
  let routeKey: string;
  const onGateway = (command: string) => bench().lab.mustExec("gateway", command);

  async function configure({ gateway, tailnet, socks, route, dns }: Arguments): Promise<void> {
    const { configurations, lab } = bench();
    const { home } = lab.controls;
    const work = {
      ...tailnet,
      socks: { port: WORK.port, ...socks },
      route: { site: 7, loginServer: home.url, caCertificates: lab.ca, ...route },
      dns: { suffix: WORK.suffix, ...dns },
    };
    await stack.configure(
      await configurations.of([WORK, LAB], {
        gateway: { onePort: ONE_PORT, ...gateway },
        tailnets: { [WORK.name]: work },
        secrets: {
          "home/work/route/authKey": routeKey,
          ...(socks?.users !== undefined && { "home/work/users/ann": PASSWORD }),
        },
      }),
    );
  }
  const change = async (args: Arguments) => {
    await configure(args);
    succeeded(await stack.up());
  };
  /** Every run of a unit has a number of its own. */
  const runs = async () => {
    const text = await onGateway(
      `for unit in $(systemctl list-units --plain --no-legend 'tsproxy*' | cut -d ' ' -f 1); do
        echo "$unit $(systemctl show -P InvocationID $unit)"
      done`,
    );
    return new Map(
      text
        .trim()
        .split("\n")
        .map((line): [string, string] => [line.split(" ")[0] ?? "", line]),
    );
  };
  /** Tables are listed in the order in which they were made. */
  const bytes = () =>
    onGateway(
      `find /etc/tsproxy /etc/systemd/system/tsproxy* -type f | sort | xargs sha256sum
      nft list tables | sort | while read -r _ table; do nft -s list table $table; done`,
    );
  /** The office itself, by the one address that is the same whatever was changed. */
  const works = ({ socks = {} }: Arguments) => {
    const login = "users" in socks ? `ann:${PASSWORD}@` : "";
    const proxy = `socks5h://${login}${bench().lab.hosts.gateway.tailnetAddress}:${socks.port ?? WORK.port}`;
    const isReached = async () =>
      (await bench().lab.exec("client", get(proxy, "100.64.0.1"))).stdout === "office itself\n";
    return until("the office", isReached, 30_000, proxy);
  };

  it("begins with the usual ones", async () => {
    routeKey = await bench().lab.controls.home.preauthKey();
    stack = await bench().open({ gateways: {}, secrets: {} });
    await change({});
    await works({});
  });

  it.each(CHANGES)(
    "$of.$argument starts anew what has it, and leaves the same bytes",
    async ({ of, from = {}, to, anew }) => {
      const wanted = { ...from, [of]: { ...from[of], ...(to instanceof Function ? to(bench().lab) : to) } };
      await change(from);
      await works(from);
      const [before, were] = [await bytes(), await runs()];
      await change(wanted);
      await works(wanted);
      const are = await runs();
      const restarted = [...were].filter(([unit, run]) => are.has(unit) && are.get(unit) !== run);
      succeeded(await stack.refresh("--expect-no-changes"));
      await change(from);
      await works(from);
      expect(await bytes()).toBe(before);
      expect(restarted.map(([unit]) => unit).sort()).toEqual([...anew].sort());
    },
  );
});
