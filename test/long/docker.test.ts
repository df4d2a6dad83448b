import { failures } from "../host/failures.ts";
import { failed, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import type { Snapshot } from "../lab/index.ts";
import { proofsOf, WORK } from "../lab/proofs.ts";
import { published, reachesOut } from "../lab/variants/docker.ts";
import { until } from "../lab/waiting.ts";

onLaboratory(
  "a gateway with Docker",
  "docker",
  (bench) => {
    let stack: Stack;
    let before: Snapshot;
    const onGateway = (command: string) => bench().lab.mustExec("gateway", command);

    /** All but the chains of the host's own tailscaled, which chooses at each boot how it makes them. */
    const isOfDocker = (fact: string) =>
      /^nft table ip (?:filter|nat)\b|^sysctl net\.ipv4\.ip_forward$/.test(fact) && !/ chain ts-/.test(fact);
    /** Docker's rules, with those that its user has among them, and whether the host forwards. */
    const docker = async (): Promise<Snapshot> => {
      const all = Object.entries(await bench().lab.snapshot("gateway"));
      return Object.fromEntries(all.filter(([fact]) => isOfDocker(fact)));
    };
    const containerWorks = async () => (await published(bench().lab)) && (await reachesOut(bench().lab));
    /** Everything of Docker is as it was, and the tailnet's clients are served. */
    const bothWork = async () => {
      const { lab } = bench();
      let left: readonly string[] = [];
      const works = async () => {
        left = await failures(lab, proofsOf(lab, [WORK]));
        if (!(await containerWorks())) left = [...left, "the container"];
        return left.length === 0;
      };
      await until("gateway and container to work", works, 90_000, "").catch(() => expect(left).toEqual([]));
      expect(await docker()).toEqual(before);
    };

    it("is told before the first change how Docker lets a namespace through, and left as it is", async () => {
      const { configurations, open } = bench();
      before = await docker();
      expect(before).toMatchObject({ "sysctl net.ipv4.ip_forward": "1" });
      stack = await open(await configurations.of([WORK]));
      const output = failed(await stack.up()).replaceAll(/\s+/g, " ");
      expect(output).toContain("note: docker drops what this host forwards");
      expect(output).not.toContain("make a new one");
      expect(await docker()).toEqual(before);
      expect(await containerWorks()).toBe(true);
      const [, advice = ""] = /let it through: "(mkdir -p \S+docker\.service\.d [^"]*)"/.exec(output) ?? [];
      await onGateway(advice);
      before = await docker();
    });

    it("works once it follows that, and no more is said", async () => {
      expect(succeeded(await stack.up())).not.toContain("drops what this host forwards");
      await bothWork();
    });

    it.each([
      ["Docker is started anew", () => onGateway("systemctl restart docker")],
      ["the host is", () => bench().lab.reboot("gateway")],
    ])("goes on when %s, and so does Docker", async (_, startAnew) => {
      await startAnew();
      await bothWork();
      succeeded(await stack.refresh("--expect-no-changes"));
    });

    it("leaves Docker its rules and its forwarding when it goes", async () => {
      succeeded(await stack.destroy());
      expect(await docker()).toEqual(before);
      expect(await containerWorks()).toBe(true);
    });
  },
  ["docker"],
);
