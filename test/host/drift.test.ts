import type { Lab } from "../lab/index.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { differences } from "./differences.ts";
import { failures } from "./failures.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

interface Drift {
  /** Completes "shows and mends …". */
  readonly what: string;
  /** Run on the gateway by hands that are not ours. */
  readonly hands: string | ((lab: Lab) => Promise<void>);
  /** By resource, what the preview says. */
  readonly shows: Readonly<Record<string, unknown>>;
  /** Services that run in another process afterwards. */
  readonly restarts: readonly string[];
  /** Succeeds on the gateway once it is mended, beside what Pulumi says. */
  readonly mended?: string;
}

const SYSTEM = "/etc/systemd/system";

const UNITS = ["(update)", "~ desired", "~ units"];
const FILES = ["(update)", "~ desired", "~ files"];
const inFile = (path: string) => [...FILES, `~ ${path}`];
const netnsOf = (name: string) => [...UNITS, `~ tsproxy_netns-${name}.service`, "~ intact: false => true"];

const stamp = (kind: string) =>
  expect.stringMatching(new RegExp(`^~ ${kind}: "[0-9a-f]{12}" => "[0-9a-f]{12}"$`));

const DRIFTS: readonly Drift[] = [
  {
    what: "edited, deleted and opened files",
    hands: `
echo "# strange" >>/etc/tsproxy/work/socks/sing-box.json
rm /etc/tsproxy/lab/zones.d/lab.zone
chmod 0777 /etc/tsproxy/work/netns.conf
sed -i s/Relay/Radio/ ${SYSTEM}/tsproxy-lab-relay.service
sed -i /PrivateTmp/d ${SYSTEM}/tsproxy-.service.d/zzzz-sandbox.conf`,
    shows: {
      "home-gateway": [
        ...inFile(`${SYSTEM}/tsproxy-.service.d/zzzz-sandbox.conf`),
        "~ content",
        "+ PrivateTmp=yes",
      ],
      "home-work-socks": [...inFile("/etc/tsproxy/work/socks/sing-box.json"), "~ content", "- # strange"],
      "home-lab-dns": [...FILES, "+ /etc/tsproxy/lab/zones.d/lab.zone", "+ content", '+ mode: "0644"'],
      "home-work-tailnet": [...inFile("/etc/tsproxy/work/netns.conf"), '~ mode: "0777" => "0644"'],
      "home-lab-socks": [
        ...inFile(`${SYSTEM}/tsproxy-lab-relay.service`),
        "~ content",
        "- Description=Radio of tailnet lab",
        "+ Description=Relay of tailnet lab",
      ],
    },
    restarts: [],
  },
  {
    what: "a file that a process has read since it was edited",
    hands: `
sed -i s/^external:.*/external:\\ lo/ /etc/tsproxy/lab/socks/danted.conf
systemctl restart tsproxy-lab-socks.service`,
    shows: {
      "home-lab-socks": [
        ...inFile("/etc/tsproxy/lab/socks/danted.conf"),
        "~ content",
        "- external: lo",
        "+ external: tailscale0",
        "~ units",
        "~ tsproxy-lab-socks.service",
        stamp("started"),
      ],
    },
    restarts: ["tsproxy-lab-socks.service"],
  },
  {
    what: "a firewall that was edited and loaded",
    hands: `
sed -i '/"another tailnet"/d' /etc/tsproxy/firewall
systemctl reload tsproxy_netns-work.service`,
    shows: {
      "home-gateway": [
        ...inFile("/etc/tsproxy/firewall"),
        "~ content",
        '+     oifname "tsp-*" drop comment "another tailnet"',
      ],
      "home-work-tailnet": [...UNITS, "~ tsproxy_netns-work.service", stamp("reloaded")],
    },
    restarts: [],
    mended: "nft list table inet tsproxy_work | grep -q 'another tailnet'",
  },
  {
    what: "a table of the host that was edited and loaded, and put back without being loaded",
    hands: `
cd /etc/tsproxy
cp gateway.nft /root/gateway.nft
sed -i '/ drop$/d' gateway.nft
systemctl reload tsproxy_forwarding.service
cp /root/gateway.nft gateway.nft`,
    shows: { "home-gateway": [...UNITS, "~ tsproxy_forwarding.service", stamp("reloaded")] },
    restarts: [],
    mended: "nft list table inet tsproxy | grep -q drop",
  },
  {
    what: "a sandbox that was edited before a process started in it",
    hands: `
sed -i /ProtectHome/d ${SYSTEM}/tsproxy-.service.d/zzzz-sandbox.conf
systemctl daemon-reload
systemctl restart tsproxy-lab-socks.service`,
    shows: {
      "home-gateway": [
        ...inFile(`${SYSTEM}/tsproxy-.service.d/zzzz-sandbox.conf`),
        "~ content",
        "+ ProtectHome=yes",
      ],
      "home-lab-socks": [...UNITS, "~ tsproxy-lab-socks.service", stamp("started")],
    },
    restarts: ["tsproxy-lab-socks.service"],
    mended: "systemctl show -P ProtectHome tsproxy-lab-socks.service | grep -q yes",
  },
  {
    what: "stopped, disabled and masked units",
    hands: `
systemctl stop tsproxy-work-socks.service
systemctl disable --quiet tsproxy-lab-dns.service
rm ${SYSTEM}/tsproxy-dns.service
systemctl mask --quiet tsproxy-dns.service`,
    shows: {
      "home-work-socks": [...UNITS, "~ tsproxy-work-socks.service", "~ active: false => true"],
      "home-lab-tailnet": [...UNITS, "~ tsproxy-lab-dns.service", "~ enabled: false => true"],
      "home-gateway": [
        ...inFile(`${SYSTEM}/tsproxy-dns.service`),
        "+ content",
        '~ mode: "0777" => "0644"',
        "~ units",
        "~ tsproxy-dns.service",
        "~ enabled: false => true",
        "~ masked: true => false",
      ],
    },
    restarts: ["tsproxy-work-socks.service"],
  },
  {
    what: "a removed namespace of one tailnet and a removed nft table of another",
    hands: `
ip netns delete tsp-work
nft delete table inet tsproxy_lab`,
    shows: {
      // its guard was in there
      "home-work-socks": [...UNITS, "~ tsproxy-work-socks.service", "~ intact: false => true"],
      "home-work-tailnet": netnsOf("work"),
      "home-lab-tailnet": netnsOf("lab"),
    },
    restarts: ["dns", "domain", "relay", "socks", "tailscaled"].map((unit) => `tsproxy-work-${unit}.service`),
  },
  {
    what: "a removed rule, address and table of the host",
    hands: `
ip rule delete pref 5201 iif tsp-work
ip address flush dev tsp-lab
nft delete table inet tsproxy`,
    shows: {
      "home-work-tailnet": netnsOf("work"),
      "home-lab-tailnet": netnsOf("lab"),
      "home-gateway": [...UNITS, "~ tsproxy_forwarding.service", "~ intact: false => true"],
    },
    restarts: [],
  },
  {
    what: "a loopback of a namespace that is down",
    hands: "ip -n tsp-work link set dev lo down",
    shows: { "home-work-tailnet": netnsOf("work") },
    restarts: [],
  },
  {
    what: "a removed rule and table inside a namespace, and a removed program",
    hands: `
ip -n tsp-work rule delete pref 5200
ip netns exec tsp-lab nft delete table inet tsproxy
rm /usr/local/lib/tsproxy/coredns-*/coredns`,
    shows: {
      "home-work-tailnet": netnsOf("work"),
      "home-lab-tailnet": netnsOf("lab"),
      "home-gateway": expect.arrayContaining([
        "~ downloads",
        expect.stringMatching(/^\+ \/usr\/local\/lib\/tsproxy\/coredns-/),
      ]),
    },
    restarts: [],
  },
  {
    what: "a node that was logged out",
    hands: async (lab) => {
      const node = (await lab.controls.work.nodes()).find(({ name }) => name === "home-work");
      await lab.controls.work.expireNode(node?.id ?? "");
      const ask =
        "/usr/local/lib/tsproxy/tailscale-*/tailscale --socket=/run/tsproxy-work/tailscaled.sock status";
      const out = async () => (await lab.exec("gateway", ask)).stdout.includes("Logged out");
      await until("the node to hear of it", out, 30_000, ask);
    },
    shows: {
      "home-work-tailnet": ["(update)", "~ desired", "~ probes", "~ tailnet", "~ healthy: false => true"],
    },
    restarts: ["tsproxy-work-domain.service", "tsproxy-work-tailscaled.service"],
  },
];

onLaboratory("preview --refresh --diff and up --refresh", "drift", (bench) => {
  let stack: Stack;
  beforeAll(async () => {
    const { configurations, open } = bench();
    stack = await open(await configurations.of([WORK, LAB]));
    succeeded(await stack.up());
    // what mends the kernel by itself would be faster than the preview; what it is at just now, it ends: it has a lock
    await bench().lab.mustExec("gateway", "systemctl kill --kill-who=main -s STOP tsproxy_watch.service");
  });

  it.each(DRIFTS)("show and mend $what, and nothing else", async ({ hands, shows, restarts, mended }) => {
    const { lab } = bench();
    const before = await lab.mainPids("gateway");
    if (typeof hands === "string") await lab.mustExec("gateway", `set -e\n${hands}`);
    else await hands(lab);
    const seen = succeeded(await stack.preview("--refresh", "--diff"));
    expect(differences(seen)).toEqual(shows);
    succeeded(await stack.up("--refresh"));
    const after = await lab.mainPids("gateway");
    const others = Object.keys({ ...before, ...after }).filter((unit) => before[unit] !== after[unit]);
    expect(others.sort()).toEqual(restarts);
    if (mended !== undefined) await lab.mustExec("gateway", mended);
  });

  it("end where nothing differs and everything works", async () => {
    const { lab } = bench();
    succeeded(await stack.refresh("--expect-no-changes"));
    expect(await failures(lab, proofsOf(lab, [WORK, LAB]))).toEqual([]);
  });
});
