import { untilHolding } from "../host/back.ts";
import { failures } from "../host/failures.ts";
import { failed, LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { compareSnapshots, type Snapshot } from "../lab/index.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { internetAddress6, publicAddress6 } from "../lab/variants/ipv6-uplink.ts";
import { until } from "../lab/waiting.ts";

const WAYS = [WORK, LAB];

onLaboratory(
  "a host whose only way out is IPv6",
  "six6",
  (bench) => {
    let stack: Stack;
    let before: Snapshot;
    jest.setTimeout(LONG_MS);
    const onGateway = (command: string) => bench().lab.mustExec("gateway", command);
    const inside = async (command: string) =>
      (await bench().lab.exec("gateway", `nsenter --net=/run/netns/tsp-work ${command}`)).stdout.trim();
    const opens = (address: string, port: number) =>
      inside(`timeout 3 bash -c 'exec 3<>/dev/tcp/${address}/${port}' 2>/dev/null && echo open`);

    beforeAll(async () => {
      before = await bench().lab.snapshot("gateway");
      stack = await bench().open(await bench().configurations.of(WAYS));
    });

    it("is told which argument leads there", async () => {
      expect(failed(await stack.up())).toContain("namespaces go by that with uplink6: true");
    });

    it("is a gateway as any other with it", async () => {
      const { configurations, lab } = bench();
      await stack.configure(await configurations.of(WAYS, { gateway: { uplink6: true } }));
      succeeded(await stack.up());
      expect(await failures(lab, proofsOf(lab, WAYS))).toEqual([]);
      succeeded(await stack.refresh("--expect-no-changes"));
    });

    it("has namespaces that reach the internet by it under the host's address, and nothing of the host", async () => {
      const whoami = `curl -s -m 3 http://[${publicAddress6}]/cgi-bin/whoami`;
      expect(await inside(whoami)).toContain(internetAddress6("gateway"));
      const settings = await onGateway("cat /etc/tsproxy/work/netns.conf /etc/tsproxy/lab/netns.conf");
      const pairs = [...settings.matchAll(/^(?:host6|inside6)=(.*)$/gm)].map(([, address = ""]) => address);
      expect(pairs).toHaveLength(4);
      for (const address of [...pairs, internetAddress6("gateway")])
        expect([address, await opens(address, 22)]).toEqual([address, ""]);
      expect(await opens(publicAddress6, 80)).toBe("open");
    });

    it("has ways between the ends of each pair that no silence takes away, and that come back when a command does", async () => {
      await onGateway("ip -6 neigh flush dev tsp-work");
      expect(await opens(publicAddress6, 80)).toBe("open");
      await onGateway("systemctl kill --kill-who=main -s STOP tsproxy_watch");
      await onGateway("ip -6 neigh flush dev tsp-work nud permanent");
      expect(await opens(publicAddress6, 80)).toBe("");
      await onGateway("systemctl kill --kill-who=main -s CONT tsproxy_watch");
      const mended = async () => (await opens(publicAddress6, 80)) === "open";
      await until("the way back", mended, 60_000, "journalctl -u tsproxy_watch on gateway");
    });

    it("mends by itself what others take away of that", async () => {
      await onGateway(
        "ip -6 rule del pref 5200; ip -6 -n tsp-work route del default; echo 0 >/proc/sys/net/ipv6/conf/all/forwarding",
      );
      const mended = async () => (await opens(publicAddress6, 80)) === "open";
      await until("the way out", mended, 60_000, "journalctl -u tsproxy_watch on gateway");
    });

    it("comes back after a boot", async () => {
      await bench().lab.reboot("gateway");
      await untilHolding(bench().lab, proofsOf(bench().lab, WAYS), 180_000);
    });

    it("is left as it was", async () => {
      succeeded(await stack.destroy());
      const left = compareSnapshots(before, await bench().lab.snapshot("gateway"));
      // `ip` keeps namespaces there and leaves the mount to the next one
      expect(left.filter((line) => line !== "mount /run/netns: appeared (tmpfs)")).toEqual([]);
      const switches = "cat /proc/sys/net/ipv6/conf/all/forwarding /proc/sys/net/ipv6/conf/eth0/accept_ra";
      expect(await onGateway(switches)).toBe("0\n1\n");
    });
  },
  ["six-only"],
);
