import { untilHolding } from "../host/back.ts";
import { LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { variants } from "../lab/variants/index.ts";
import { LAN_RESOLVER, OTHER_RESOLVER } from "../lab/variants/lan-resolver.ts";
import { until } from "../lab/waiting.ts";

const PAGE = "http://wiki.corp.example/";
/** Longer than a gateway needs to see that its host has changed. */
const SEEN_MS = 60_000;

onLaboratory(
  "a resolver in the LAN of a tailnet",
  "lan",
  (bench) => {
    let stack: Stack;
    jest.setTimeout(LONG_MS);
    let questions = 0;
    const onGateway = (command: string) => bench().lab.mustExec("gateway", command);
    const proxy = (port: number) => `socks5h://${bench().lab.hosts.gateway.tailnetAddress}:${port}`;
    const get = async (url: string, port = WORK.port) =>
      (await bench().lab.exec("client", `curl -s -m 6 -x ${proxy(port)} ${url}`)).stdout.trimEnd();
    const untilWorks = () => untilHolding(bench().lab, proofsOf(bench().lab, [WORK, LAB]));

    /** Has a client name what was not named before, to both tailnets, and tells who was asked about it. */
    const asked = async () => {
      const { lab } = bench();
      const marks = { office: await lab.mark("office"), mirror: await lab.mark("mirror") };
      const name = `q${++questions}.internet`;
      for (const { port } of [WORK, LAB]) await get(`http://${name}/`, port);
      const by = async (host: "office" | "mirror") =>
        (await lab.dnsQuestions(marks[host], host)).includes(name);
      return { office: await by("office"), mirror: await by("mirror") };
    };

    /** The host's resolver is another one from now on; comes back when the namespaces have heard of it. */
    const resolveBy = async (address: string) => {
      await onGateway(`echo nameserver ${address} >/etc/resolv.conf`);
      const heard = async () =>
        (await onGateway("cat /run/tsproxy/work/resolv.conf /run/tsproxy/lab/resolv.conf")) ===
        `nameserver ${address}\n`.repeat(2);
      await until("the namespaces to hear of it", heard, SEEN_MS, "journalctl -u tsproxy_watch on gateway");
    };

    beforeAll(async () => {
      const { configurations, open } = bench();
      stack = await open(await configurations.of([WORK, LAB]));
      succeeded(await stack.up());
    });

    it("answers for the names that the tailnet's settings send there, through that tailnet's port alone", async () => {
      const { lab } = bench();
      const [office, mirror] = [await lab.mark("office"), await lab.mark("mirror")];
      expect(await get(PAGE)).toBe("office 10.0.0.50");
      expect(await lab.dnsQuestions(office, "office")).toContain("wiki.corp.example");
      expect(await get(PAGE, LAB.port)).toBe("");
      const byLab = (await lab.dnsQuestions(mirror)).filter((name) => name === "wiki.corp.example");
      expect(byLab).not.toEqual([]);
    });

    it("is asked for nothing else where the host's own resolver is in a network of the same addresses", async () => {
      await variants["resolver-in-route"].apply(bench().lab);
      await resolveBy(OTHER_RESOLVER);
      expect(await asked()).toEqual({ office: false, mirror: true });
      await onGateway("systemctl restart tsproxy-work-tailscaled tsproxy-lab-tailscaled");
      await untilWorks();
      expect(await get(PAGE)).toBe("office 10.0.0.50");
      succeeded(await stack.refresh("--expect-no-changes"));
    });

    it("would be asked for everything without the rules that lead to the host's, which come back by themselves", async () => {
      await onGateway("systemctl kill --kill-who=main -s STOP tsproxy_watch");
      await onGateway("while ip -n tsp-work rule del pref 5202 2>/dev/null; do :; done");
      expect(await asked()).toMatchObject({ office: true });
      await onGateway("systemctl kill --kill-who=main -s CONT tsproxy_watch");
      const mended = async () => (await onGateway("ip -n tsp-work rule show pref 5202")) !== "";
      await until("the rules", mended, SEEN_MS, "journalctl -u tsproxy_watch on gateway");
      // the DNS server has opened its ways where the rules were missing, and opens them anew
      const isLeft = async () => !(await asked()).office;
      await until(
        "the office to be asked nothing",
        isLeft,
        10_000,
        "journalctl -u tsproxy-work-dns on gateway",
      );
      expect(await asked()).toEqual({ office: false, mirror: true });
    });

    it("has to give way to the host's own at the very same address, unless `resolvers` names others", async () => {
      const { configurations, lab } = bench();
      await resolveBy(LAN_RESOLVER);
      expect(await asked()).toEqual({ office: false, mirror: true });
      const resolvers = [lab.hosts.mirror.address];
      await stack.configure(await configurations.of([WORK, LAB], { tailnet: { resolvers } }));
      succeeded(await stack.up());
      // the host's former resolver keeps its way out until the watch has come by twice
      const isFound = async () => (await get(PAGE)) === "office 10.0.0.50";
      await until(
        "the tailnet's resolver",
        isFound,
        SEEN_MS,
        "ip -n tsp-work rule show pref 5207 on gateway",
      );
      expect(await asked()).toEqual({ office: false, mirror: true });
      await untilWorks();
    });
  },
  ["lan-resolver"],
);
