import { untilHolding } from "../host/back.ts";
import { failed, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack } from "../host/stack.ts";
import { compareSnapshots, type Snapshot } from "../lab/index.ts";
import { proofsOf, WORK } from "../lab/proofs.ts";
import { variants } from "../lab/variants/index.ts";

onLaboratory(
  "a gateway in a container of LXC",
  "lxc",
  (bench) => {
    let stack: Stack;
    let before: Snapshot;
    const works = async () => {
      const { lab } = bench();
      await untilHolding(lab, proofsOf(lab, [WORK]), 90_000);
      succeeded(await stack.refresh("--expect-no-changes"));
    };
    const goesOnAfterBoot = async () => {
      await bench().lab.reboot("gateway");
      await works();
      expect(await bench().lab.mustExec("gateway", "systemctl --failed --plain --no-legend")).toBe("");
    };
    /** What is on the host that was not before the first `up`. */
    const left = async () => {
      const mount = "mount /run/netns: appeared (tmpfs)";
      return compareSnapshots(before, await bench().lab.snapshot("gateway")).filter((line) => line !== mount);
    };

    it("works, and is told what it lacks there", async () => {
      const { lab, configurations, open } = bench();
      before = await lab.snapshot("gateway");
      stack = await open(await configurations.of([WORK]));
      expect(succeeded(await stack.up())).toContain("note: systemd cannot filter addresses here");
      await works();
    });

    it("has its sandbox all the same", async () => {
      const kept = "NoNewPrivileges ProtectSystem ProtectHome PrivateTmp ProtectProc ProtectKernelModules";
      const units = ["dns", "relay", "socks", "tailscaled"]
        .map((word) => `tsproxy-work-${word}.service`)
        .join(" ");
      const show = `for each in ${kept}; do systemctl show -P $each ${units}; done | sort -u | xargs`;
      expect(await bench().lab.mustExec("gateway", show)).toBe("invisible strict yes\n");
    });

    it("goes on after a reboot", goesOnAfterBoot);

    it("leaves nothing behind", async () => {
      succeeded(await stack.destroy());
      expect(await left()).toEqual([]);
      // the next one is to have its name
      const { work } = bench().lab.controls;
      for (const { id, name } of await work.nodes()) if (name === "home-work") await work.deleteNode(id);
    });

    it("is not made where there are no user namespaces, and it is said how it can be", async () => {
      await variants["no-user-namespaces"].apply(bench().lab);
      before = await bench().lab.snapshot("gateway");
      const output = failed(await stack.up());
      expect(output).toContain("the host makes no user namespaces");
      expect(output).toContain("set userNamespace: false");
      expect(output).toContain("nothing was changed");
    });

    it("works there with userNamespace: false", async () => {
      await stack.configure(await bench().configurations.of([WORK], { tailnet: { userNamespace: false } }));
      succeeded(await stack.up());
      await works();
    });

    it("goes on after a reboot there, too", goesOnAfterBoot);

    it("leaves nothing behind there, either", async () => {
      succeeded(await stack.destroy());
      expect(await left()).toEqual([]);
    });
  },
  ["lxc"],
);
