import { untilHolding } from "../host/back.ts";
import type { Bench } from "../host/bench.ts";
import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import type { VariantName } from "../lab/variants/index.ts";
import { until } from "../lab/waiting.ts";

const WAYS = [WORK, LAB];

interface Primary {
  readonly what: string;
  readonly laboratory: string;
  readonly variant: VariantName;
}

const PRIMARIES: readonly Primary[] = [
  {
    what: "has a route over the namespaces' pairs and the LANs of the other tailnets",
    laboratory: "wide",
    variant: "wide-primary",
  },
  { what: "has an exit node that the gateway uses", laboratory: "exit", variant: "primary-exit" },
];

/** Counts on the client, to which the primary tailnet leads, what arrives there and is meant for another tailnet. */
async function watchStrays({ lab }: Bench): Promise<() => Promise<number>> {
  const { hosts, controls } = lab;
  const servers = [hosts.office, hosts.plant, controls.work, controls.lab].map(({ address }) => address);
  const meant = ["10.0.0.0/24", "10.200.0.0/16", ...servers].join(", ");
  const rule = `iifname "tailscale0" ip daddr { ${meant} } counter`;
  const chain = `type filter hook prerouting priority raw; policy accept; ${rule}`;
  await lab.mustExec("client", ["nft", `table inet strays { chain arriving { ${chain}; }; }`]);
  return async () => {
    const said = await lab.mustExec("client", "nft list chain inet strays arriving");
    return Number(/packets (\d+)/.exec(said)?.[1]);
  };
}

/** The gateway without what keeps packets from the primary tailnet, while one of its clients asks for a name. */
const ASTRAY = `systemctl kill -s STOP tsproxy_watch
ip rule del pref 5200 to $(. /etc/tsproxy/work/netns.conf; echo $subnet)
ip rule del pref 5201 iif tsp-work
nft flush chain inet tsproxy_work forward
nft flush chain inet tsproxy_work output`;

describe.each(PRIMARIES)("where the primary tailnet $what", ({ laboratory, variant }) => {
  onLaboratory(
    "a gateway",
    laboratory,
    (bench) => {
      let stack: Stack;
      let strays: () => Promise<number>;
      jest.setTimeout(LONG_MS);

      it("is set up, and all of each tailnet goes where it belongs", async () => {
        const { lab, configurations, open } = bench();
        strays = await watchStrays(bench());
        stack = await open(await configurations.of(WAYS));
        succeeded(await stack.up());
        await untilHolding(lab, proofsOf(lab, WAYS));
        expect(await strays()).toBe(0);
        succeeded(await stack.refresh("--expect-no-changes"));
      });

      it("is the same after a reboot, and reached by its operator", async () => {
        const { lab } = bench();
        await lab.reboot("gateway");
        await untilHolding(lab, proofsOf(lab, WAYS));
        expect(await strays()).toBe(0);
        succeeded(await stack.refresh("--expect-no-changes"));
      });

      it("would send packets astray without its rules, which come back by themselves", async () => {
        const { lab } = bench();
        await lab.mustExec("gateway", ASTRAY);
        // a client's question on its way into the namespace, and the namespace's own way to its control server
        const ask = `dig @${lab.hosts.gateway.tailnetAddress} nas.${WORK.suffix} +tries=1 +time=2`;
        const login = `ip netns exec tsp-work timeout 2 bash -c 'exec 3<>/dev/tcp/${lab.controls.work.address}/443'`;
        const astray = async () => {
          await Promise.all([lab.exec("client", ask), lab.exec("gateway", login)]);
          return (await strays()) > 0;
        };
        await until("a packet to go astray", astray, 60_000, "nft list table inet strays on client");
        await lab.mustExec("gateway", "systemctl kill -s CONT tsproxy_watch");
        await untilHolding(lab, proofsOf(lab, WAYS));
        const after = await strays();
        await untilHolding(lab, proofsOf(lab, WAYS));
        expect(await strays()).toBe(after);
      });

      it("is removed over the same way", async () => {
        const before = await strays();
        succeeded(await stack.destroy());
        expect(await strays()).toBe(before);
      });
    },
    [variant],
  );
});
