import { untilHolding } from "../host/back.ts";
import { failures } from "../host/failures.ts";
import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";

const WAYS = [WORK, LAB];
const CHECK = "/etc/tsproxy/kernel check @gateway work lab work:socks lab:socks";
const BY_FIRST =
  "sed -n 's/^ExecStart=\\(.* route add default .*\\)/\\1/p' /etc/systemd/system/uplink.service | sh";

const MOVES = [
  { what: "to the second", hands: "ip route del default dev eth0", dev: "eth1" },
  { what: "back to the first", hands: BY_FIRST, dev: "eth0" },
];

onLaboratory(
  "a gateway with two ways out",
  "uplinks",
  (bench) => {
    const onGateway = (command: string) => bench().lab.mustExec("gateway", command);
    const wayOut = async () => / dev (\S+)/.exec(await onGateway("ip route get 203.0.113.1"))?.[1];
    /** All but what neighbours at the first way see: by the second the gateway's own address there answers nobody. */
    const proofs = () => proofsOf(bench().lab, WAYS).filter(({ on }) => on !== "mirror");
    const isWhole = async () => !/ [12]$/m.test(await onGateway(CHECK));

    beforeAll(async () => {
      const { configurations, open } = bench();
      const stack = await open(await configurations.of(WAYS));
      succeeded(await stack.up());
    });

    it("works by the first", async () => {
      expect(await wayOut()).toBe("eth0");
      expect(await failures(bench().lab, proofsOf(bench().lab, WAYS))).toEqual([]);
    });

    it.each(MOVES)(
      "works again within a minute when the default route has moved $what, with nothing restarted",
      async ({ hands, dev }) => {
        const { lab } = bench();
        const pids = await lab.mainPids("gateway");
        await onGateway(hands);
        expect(await wayOut()).toBe(dev);
        await untilHolding(lab, proofs(), 60_000);
        await until("the kernel to be whole", isWhole, 60_000, CHECK);
        expect(await lab.mainPids("gateway")).toEqual(pids);
      },
    );
  },
  ["two-uplinks"],
);
