import { untilHolding } from "../host/back.ts";
import { failures } from "../host/failures.ts";
import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { compareSnapshots, type Snapshot } from "../lab/index.ts";
import { LAB, proofsOf, reached, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";

const WAYS = [WORK, LAB];
/** An `up` from nothing, on a machine that does other things, too. */
const FIRST_UP_MS = 400_000;
const CHECK = "/etc/tsproxy/kernel check @gateway work lab work:socks lab:socks";

onLaboratory(
  "a host with a firewall of its own",
  "firewall",
  (bench) => {
    let stack: Stack;
    let before: Snapshot;
    let rules: string;
    let advice: readonly string[];
    const onGateway = (command: string) => bench().lab.mustExec("gateway", command);
    const ownRules = () => onGateway("nft list table inet filter");
    const proofs = () => proofsOf(bench().lab, WAYS);

    beforeAll(async () => {
      const { lab, configurations, open } = bench();
      before = await lab.snapshot("gateway");
      rules = await ownRules();
      stack = await open(await configurations.of(WAYS));
    });

    it(
      "is told that it drops what clients send, and how to let it in",
      async () => {
        await onGateway("sed /tailscale0/d /etc/nftables.conf | nft -f -");
        const shut = await ownRules();
        const output = succeeded(await stack.up()).replaceAll(/\s+/g, " ");
        const told =
          /inet\/filter\/input drops what comes to \w+ port \d+ of \S+ by tailscale0[^"]* let it in: "([^"]*)"/g;
        advice = [...new Set([...output.matchAll(told)].map(([, command = ""]) => command))];
        expect(advice).toHaveLength(3);
        expect(await ownRules()).toBe(shut);
      },
      FIRST_UP_MS,
    );

    it("answers no client before that is done, and all after", async () => {
      const { lab } = bench();
      const [proxied] = reached(lab.hosts.gateway.tailnetAddress, WORK);
      expect(await failures(lab, proxied ? [proxied] : [])).toHaveLength(1);
      for (const command of advice) await onGateway(command);
      await untilHolding(lab, proofs());
    });

    it("is a gateway beside it, with nothing to advise, when its own rules are loaded again", async () => {
      const { lab, configurations } = bench();
      await onGateway("nft -f /etc/nftables.conf");
      await stack.configure(await configurations.of(WAYS, { tailnet: { loginTimeout: 61 } }));
      expect(succeeded(await stack.up())).not.toContain("drops what");
      await untilHolding(lab, proofs());
      expect(await ownRules()).toBe(rules);
    });

    it("is whole again within a minute after a restart of it, which flushes every table, and nothing is restarted", async () => {
      const { lab } = bench();
      const pids = await lab.mainPids("gateway");
      await onGateway("systemctl restart nftables.service");
      const isWhole = async () => !/ [12]$/m.test(await onGateway(CHECK));
      await until("the kernel to be whole again", isWhole, 60_000, CHECK);
      await untilHolding(lab, proofs());
      expect(await lab.mainPids("gateway")).toEqual(pids);
      expect(await ownRules()).toBe(rules);
    });

    it("is whole again after a reboot, and nothing differs", async () => {
      const { lab } = bench();
      await lab.reboot("gateway");
      await untilHolding(lab, proofs());
      succeeded(await stack.refresh("--expect-no-changes"));
      expect(await ownRules()).toBe(rules);
    });

    it("is as it was after destroy", async () => {
      succeeded(await stack.destroy());
      const left = compareSnapshots(before, await bench().lab.snapshot("gateway"));
      // `ip` keeps namespaces there
      expect(left.filter((difference) => !difference.startsWith("mount /run/netns: appeared"))).toEqual([]);
      expect(await ownRules()).toBe(rules);
    });
  },
  ["own-firewall"],
);
