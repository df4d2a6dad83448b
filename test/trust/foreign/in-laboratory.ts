import { compareSnapshots } from "../../lab/index.ts";
import { WORK } from "../../lab/proofs.ts";
import type { Trial } from "../contract.ts";
import { same } from "../holds.ts";
import { failed, onLaboratory, says, succeeded } from "../on-laboratory.ts";

const UNIT = "/etc/systemd/system/tsproxy-work-dns.service";

/** What was there before, by what makes it and what takes it away. */
const KERNEL = {
  gateway: { make: "nft add table inet tsproxy", unmake: "nft delete table inet tsproxy" },
  tailnet: {
    make: `ip netns add tsp-work
ip link add tsp-work type veth peer name theirs
nft add table inet tsproxy_work
ip rule add pref 5201 iif tsp-work lookup main`,
    unmake: `ip netns del tsp-work
ip link del dev tsp-work
nft delete table inet tsproxy_work
ip rule del pref 5201`,
  },
};

const APT = "DEBIAN_FRONTEND=noninteractive apt-get -q -y";

/** A package that the host's owner installed, before there is any that we need. */
const FIRST = {
  make: `{ ${APT} install nftables || { ${APT} update && ${APT} install nftables; }; } >/dev/null 2>&1`,
  unmake: `${APT} purge nftables; ${APT} autoremove --purge`,
};

const REST = {
  make: `${APT} install dante-server >/dev/null 2>&1
systemctl disable --now danted 2>/dev/null
useradd --system --no-create-home tsproxy-work-dns
printf '[Service]\\nExecStart=/bin/true\\n' >${UNIT}
chmod 0640 ${UNIT}
chown 1000:1000 ${UNIT}
mkdir -p /usr/local/lib/tsproxy && echo mine >/usr/local/lib/tsproxy/mine
systemctl daemon-reload`,
  unmake: `rm -r ${UNIT} /usr/local/lib/tsproxy
userdel tsproxy-work-dns
systemctl reset-failed danted
${APT} purge dante-server
systemctl daemon-reload`,
};

export const beforeUs = (): Trial =>
  onLaboratory(
    "a namespace, interface, table, rule, user, package and unit that were there before stay as they were",
    "foreign",
    {
      cases: { fast: 0, whole: 1 },
      async try(_, { bench: { lab, configurations, open } }, count) {
        const at = (command: string) => lab.mustExec("gateway", command);
        const stack = await open(await configurations.of([WORK]));
        /** Nothing differs from what it was when `act` began. */
        const unchanged = async (act: () => Promise<void>) => {
          const before = await lab.snapshot("gateway");
          await act();
          const after = compareSnapshots(before, await lab.snapshot("gateway"));
          same("the gateway", after.filter((line) => !line.startsWith("mount /run/netns:")).join("\n"), "");
        };

        await at(FIRST.make);
        await at(KERNEL.gateway.make);
        await unchanged(async () => {
          says(
            failed(await stack.up()),
            "is there already and was not made by this stack: table inet tsproxy;",
          );
          count("things refused by name");
        });
        await at(KERNEL.gateway.unmake);

        await at(KERNEL.tailnet.make);
        await unchanged(async () => {
          says(
            failed(await stack.up()),
            ": namespace tsp-work, interface tsp-work, table inet tsproxy_work, rule 5201 iif tsp-work;",
          );
          for (let thing = 0; thing < 4; thing++) count("things refused by name");
          succeeded(await stack.destroy());
        });
        await at(KERNEL.tailnet.unmake);

        await at(REST.make);
        await unchanged(async () => {
          says(failed(await stack.up()), `${UNIT} is there already (file)`);
          await stack.configure(await configurations.of([WORK], { gateway: { adopt: true } }));
          succeeded(await stack.up());
          succeeded(await stack.destroy());
          for (let thing = 0; thing < 4; thing++) count("things that were there when adopting");
        });
        await lab.exec("gateway", `${REST.unmake}\n${FIRST.unmake}`);
      },
    },
  );
