import type { Lab } from "../lab/index.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { untilHolding } from "./back.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";

interface Damage {
  readonly what: string;
  /** Run on the gateway by hands that are not ours. */
  readonly hands: string;
  /** What the journal says was mended. */
  readonly said: string;
}

const DAMAGES: readonly Damage[] = [
  {
    what: "every firewall of the host flushed",
    hands: "nft flush ruleset",
    said: "work: mending what differs; missing: table inet tsproxy_work {",
  },
  {
    what: "rules taken away, as networkd does",
    hands: "while ip rule del pref 5200 2>/dev/null; do :; done; ip rule del pref 5201 iif tsp-work",
    said: "work: mending what differs; missing: 5200:",
  },
  {
    what: "forwarding switched off, by a hardening file for example",
    hands: "sysctl -q -w net.ipv4.ip_forward=0",
    said: "@gateway: mending what differs; missing: forwarding 1",
  },
  {
    what: "a namespace removed",
    hands: "ip netns del tsp-lab",
    said: "lab: its namespace was replaced; starting it anew",
  },
];

const CHECK = "/etc/tsproxy/kernel check @gateway work lab work:socks lab:socks";

onLaboratory("without Pulumi", "heal", (bench) => {
  beforeAll(async () => {
    const { configurations, open } = bench();
    const stack = await open(await configurations.of([WORK, LAB]));
    succeeded(await stack.up());
  });

  const isWhole = async (lab: Lab) => !/ [12]$/m.test(await lab.mustExec("gateway", CHECK));

  it.each(DAMAGES)("a gateway heals after $what", async ({ hands, said }) => {
    const { lab } = bench();
    const before = await lab.mainPids("gateway");
    const since = (await lab.mustExec("gateway", "date +%s")).trim();
    await lab.mustExec("gateway", hands);
    await until("the kernel to be whole again", () => isWhole(lab), 60_000, CHECK);
    const journal = await lab.mustExec("gateway", `journalctl -q -o cat -u tsproxy_watch --since @${since}`);
    expect(journal).toContain(said);
    const after = await lab.mainPids("gateway");
    const restarted = Object.keys(before).filter((unit) => before[unit] !== after[unit]);
    expect(restarted.filter((unit) => !unit.includes("-lab-"))).toEqual([]);
    await untilHolding(lab, proofsOf(lab, [WORK, LAB]));
  });
});
