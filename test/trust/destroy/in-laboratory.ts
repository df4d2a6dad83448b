import { WORK } from "../../lab/proofs.ts";
import type { Case, Trial } from "../contract.ts";
import { same } from "../holds.ts";
import { failed, onLaboratory, remembered, says, succeeded } from "../on-laboratory.ts";

/** Files of the gateway and its tailnet: records of what was found and made aside, each on a line. */
const FILES = `find /etc/tsproxy /usr/local/lib/tsproxy /var/lib/tsproxy-* /var/lib/private/tsproxy-* -mindepth 1 2>/dev/null
find /etc/systemd/system -name 'tsproxy*' ; ls /var/lib/tsproxy/*.manifest`;

const UNITS = "systemctl list-units --plain --no-legend 'tsproxy*' | awk '{ print $1 }'";

const KERNEL = [
  "ip netns del tsp-work",
  "ip link del dev tsp-work",
  "nft delete table inet tsproxy",
  "nft delete table inet tsproxy_work",
  "ip rule del pref 5201",
  "dpkg --purge --force-depends dante-server",
  "rm -rf /var/lib/tsproxy-work /var/lib/private/tsproxy-work",
];

/** Nothing is left that knows what it was before. */
const SCRIPTS = /\/etc\/tsproxy\/(kernel|uplink\.sh|namespace\.sh|visitor\.sh)/;
const SWITCH = "/proc/sys/net/ipv4/ip_forward";

export const halfDeletedHost = (): Trial =>
  onLaboratory(
    "a gateway that somebody deleted half of goes whole, kernel and packages included",
    "destroy",
    {
      cases: { fast: 1, whole: 2 },
      async try(one, { bench: { lab, configurations, open } }, count) {
        const stack = await open(await configurations.of([WORK]));
        const forwarding = await lab.mustExec("gateway", `cat ${SWITCH}`);
        succeeded(await stack.up());
        const commands = one.shuffled(await deletions(one, (command) => lab.mustExec("gateway", command)));
        for (const _ of commands) count("objects deleted by hand");
        await lab.exec("gateway", commands.join("\n"));
        const output = succeeded(await stack.destroy());
        if (commands.some((command) => SCRIPTS.test(command)))
          await lab.mustExec("gateway", `echo ${forwarding.trim()} >${SWITCH}`);
        const nodes = await lab.controls.work.nodes();
        const isListed = nodes.some(({ name, expiry }) => name === "home-work" && !isOver(expiry));
        if (isListed) says(output, /listed in its tailnet/);
      },
    },
  );

async function deletions(one: Case, sh: (command: string) => Promise<string>): Promise<string[]> {
  const lines = async (command: string) => (await sh(command)).split("\n").filter((line) => line !== "");
  const files = (await lines(FILES)).map((path) => `rm -rf ${path}; rmdir ${path.replace(/[^/]*$/, "")}`);
  const units = (await lines(UNITS)).map((unit) => `systemctl stop ${unit}`);
  return [...files, ...units, ...KERNEL].filter(() => one.below(2) === 0);
}

function isOver(expiry: string | null): boolean {
  return expiry !== null && Date.parse(expiry) <= Date.now();
}

export const goneHost = (): Trial =>
  onLaboratory(
    "a host that is off is forgotten when it is named; switched on, it is adopted and cleaned",
    "gone",
    {
      cases: { fast: 0, whole: 1 },
      async try(_, { bench: { lab, configurations, open } }, count) {
        const stack = await open(await configurations.of([WORK]));
        succeeded(await stack.up());
        await lab.stop("gateway");
        const { address } = lab.hosts.gateway;
        says(failed(await stack.destroy()), `TSPROXY_FORGET_HOSTS=${address}`, "[unreachable]");
        const destroy = ["destroy", "--yes", "--skip-preview"];
        failed(await stack.run(destroy, "", { TSPROXY_FORGET_HOSTS: "198.51.100.1" }));
        says(
          succeeded(await stack.run(destroy, "", { TSPROXY_FORGET_HOSTS: address })),
          "gateway is forgotten",
        );
        same("resources in the state", String(await remembered(stack)), "0");
        count("hosts forgotten");
        await lab.start("gateway");
        says(failed(await stack.up()), "gateway belongs to another state of ");
        await stack.configure(await configurations.of([WORK], { gateway: { adopt: true } }));
        succeeded(await stack.up());
        succeeded(await stack.destroy());
      },
    },
  );

export const movedNode = (): Trial =>
  onLaboratory("a node that goes to another control server is logged out of the one it leaves", "moved", {
    cases: { fast: 0, whole: 1 },
    async try(_, { bench: { lab, configurations, open } }, count) {
      const stack = await open(await configurations.of([WORK]));
      succeeded(await stack.up());
      const { work, lab: other } = lab.controls;
      await stack.configure(
        await configurations.of([WORK], {
          tailnet: { loginServer: other.url },
          secrets: { "home/work/authKey": await other.preauthKey() },
        }),
      );
      succeeded(await stack.up());
      count("changes of the control server");
      const ofNode = async (control: typeof work) => {
        const nodes = (await control.nodes()).filter(({ name }) => name === "home-work");
        return nodes
          .map(({ expiry, online }) => (isOver(expiry) ? "logged out" : online ? "online" : "listed"))
          .join();
      };
      same("the node at the server it left", await ofNode(work), "logged out");
      same("the node at the server it went to", await ofNode(other), "online");
      succeeded(await stack.refresh("--expect-no-changes"));
      succeeded(await stack.destroy());
      same("the node after the removal", await ofNode(other), "logged out");
    },
  });
