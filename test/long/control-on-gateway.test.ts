import { untilHolding } from "../host/back.ts";
import type { Variation } from "../host/laboratory-config.ts";
import { failed, LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { proofsOf, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";

const SERVER = "headscale-work.service";

onLaboratory(
  "a control server on the gateway itself",
  "control",
  (bench) => {
    let stack: Stack;
    jest.setTimeout(LONG_MS);
    const onGateway = (command: string) => bench().lab.mustExec("gateway", command);
    const address = () => bench().lab.controls.work.address;
    const configured = (tailnet: Variation["tailnet"] = {}) => bench().configurations.of([WORK], { tailnet });
    const works = () => untilHolding(bench().lab, proofsOf(bench().lab, [WORK]));
    /** What a process in the namespace is answered by the server's address: `open` or nothing. */
    const opens = async (port: number) =>
      (
        await bench().lab.exec(
          "gateway",
          `ip netns exec tsp-work timeout 3 bash -c 'exec 3<>/dev/tcp/${address()}/${port}' 2>/dev/null && echo open`,
        )
      ).stdout.trim();

    it("given by name is closed, which is told before anything is changed", async () => {
      stack = await bench().open(await configured());
      const output = failed(await stack.up());
      expect(output).toContain(`control-work.internet leads to a private address`);
      expect(output).toContain(`(found: ${address()}); list it in reach`);
    });

    it.each<[string, () => Variation["tailnet"]]>([
      ["by name is logged in to where `reach` has its address", () => ({ reach: [address()] })],
      ["by address is logged in to", () => ({ loginServer: `https://${address()}` })],
    ])("given %s, by its port and no other", async (_, tailnet) => {
      await stack.configure(await configured(tailnet()));
      succeeded(await stack.up());
      await works();
      expect(await Promise.all([443, 22, 9090].map(opens))).toEqual(["open", "", ""]);
      succeeded(await stack.refresh("--expect-no-changes"));
    });

    it("that comes up after the tailnet's node has tried it is found", async () => {
      const { lab } = bench();
      // what starts it at boot is started later itself, as a container's engine is
      await onGateway(`systemctl disable ${SERVER}`);
      const former = lab.leader("gateway");
      await onGateway("systemctl reboot");
      const tried = async () => {
        if ([undefined, former].includes(lab.leader("gateway"))) return false;
        const restarts = "systemctl show -P NRestarts tsproxy-work-online.service";
        return Number((await lab.exec("gateway", restarts)).stdout) > 0;
      };
      await until("the tailnet to be tried again", tried, 200_000, "journalctl -u tsproxy-work-online");
      await onGateway(`systemctl enable --now ${SERVER}`);
      await untilHolding(lab, proofsOf(lab, [WORK]), 120_000);
      succeeded(await stack.refresh("--expect-no-changes"));
      expect(await onGateway("systemctl --failed --plain --no-legend")).toBe("");
    });
  },
  ["control-on-gateway"],
);
