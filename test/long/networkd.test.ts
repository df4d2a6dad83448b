import { untilHolding } from "../host/back.ts";
import { failures } from "../host/failures.ts";
import { onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Lab } from "../lab/index.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { DHCP_SERVER, lease, otherResolver } from "../lab/variants/networkd.ts";
import { until } from "../lab/waiting.ts";

const WAYS = [WORK, LAB];
const CHECK = "/etc/tsproxy/kernel check @gateway work lab work:socks lab:socks";
/** What networkd takes away of others where it may. */
const OURS =
  "ip -4 rule show | grep '^52[0-9][0-9]:.*tsp\\|^52[0-9][0-9]:.*10.200'; ip -4 -o addr show | grep tsp-";
/** A name of the internet, asked of what asks the host's resolvers in the namespace. */
const NAMED = [
  "nsenter",
  "--net=/run/netns/tsp-work",
  "unshare",
  "--mount",
  "sh",
  "-c",
  "echo nameserver 127.0.0.2 >/run/ask && mount --bind /run/ask /etc/resolv.conf && getent ahostsv4 pub.internet",
];
/** Of a VPN of the host's company: addresses at which nothing answers. */
const COMPANY = ["192.0.2.53", "192.0.2.54"];
/** As resolved is told of them: with names for TLS, and so many that it tells of them in several lines. */
const TOLD = `2001:db8:aaaa:bbbb:cccc:dddd:eeee:1 2001:db8:aaaa:bbbb:cccc:dddd:eeee:2 ${COMPANY.join("#dns.company.example ")}`;

onLaboratory(
  "a gateway with systemd-networkd, systemd-resolved and an address by DHCP",
  "networkd",
  (bench) => {
    const onGateway = (command: string | readonly string[]) => bench().lab.mustExec("gateway", command);
    const proofs = () => proofsOf(bench().lab, WAYS);
    const isWhole = async () => !/ [12]$/m.test(await onGateway(CHECK));
    const resolvers = async () =>
      (await onGateway("cat /run/tsproxy/work/resolv.conf")).split("\n").filter((line) => line !== "");
    const untilWhole = () => until("the kernel to be whole", isWhole, 60_000, CHECK);

    beforeAll(async () => {
      const { configurations, open } = bench();
      const stack = await open(await configurations.of(WAYS));
      succeeded(await stack.up());
    });

    it("works", async () => {
      expect(await failures(bench().lab, proofs())).toEqual([]);
    });

    it.each([
      "networkctl reload",
      "networkctl reconfigure eth0",
      "systemctl restart systemd-networkd",
      "systemctl restart systemd-resolved",
    ])("loses nothing by `%s`, and works within a minute, with nothing restarted", async (command) => {
      const { lab } = bench();
      const before = await onGateway(OURS);
      const pids = await lab.mainPids("gateway");
      await onGateway(`${command} && networkctl`);
      expect(await onGateway(OURS)).toBe(before);
      await untilHolding(lab, proofs());
      await untilWhole();
      expect(await onGateway(OURS)).toBe(before);
      const after = await lab.mainPids("gateway");
      const restarted = Object.keys(pids).filter((unit) => pids[unit] !== after[unit]);
      expect(restarted.filter((unit) => !unit.startsWith("systemd-"))).toEqual([]);
    });

    it("loses nothing to a file for all cards", async () => {
      const before = await onGateway(OURS);
      await onGateway(
        `printf '%s\\n' '[Match]' Type=ether '[Network]' DHCP=yes >/etc/systemd/network/zz.network`,
      );
      await onGateway("networkctl reload && systemctl restart systemd-networkd");
      expect(await onGateway("networkctl --no-legend --no-pager list")).toMatch(
        / tsp-work +ether +\S+ +unmanaged/,
      );
      expect(await onGateway(OURS)).toBe(before);
      await untilHolding(bench().lab, proofs());
      await untilWhole();
      await onGateway("rm /etc/systemd/network/zz.network && networkctl reload");
    });

    it("asks no resolver that a VPN of the host has brought", async () => {
      const before = await resolvers();
      await onGateway(
        `ip tuntap add company mode tun && ip link set company up && resolvectl dns company ${TOLD}`,
      );
      const seen = async () => {
        const [all, known] = [
          await onGateway("cat /run/systemd/resolve/resolv.conf"),
          await onGateway("cat /run/tsproxy/work/kernel"),
        ];
        return COMPANY.every((address) =>
          [all, known].every((text) => text.includes(`nameserver ${address}\n`)),
        );
      };
      await until("the gateway to see them", seen, 60_000, "journalctl -u tsproxy_watch on gateway");
      expect(await resolvers()).toEqual(before);
      const rules = await onGateway("nft list ruleset; nsenter --net=/run/netns/tsp-work nft list ruleset");
      expect(COMPANY.filter((address) => rules.includes(address))).toEqual([]);
      await onGateway("ip link del company");
      await untilWhole();
    });

    it("asks the resolver of a new lease within a minute, with nothing restarted", async () => {
      const { lab } = bench();
      const pids = await lab.mainPids("gateway");
      const other = otherResolver(lab);
      await lease(lab, other);
      const told = async () => (await resolvers()).join() === `nameserver ${other}`;
      await until("the namespace to be told", told, 90_000, "resolvectl dns on gateway");
      await lab.mustExec("mirror", ["nft", "-f", "-"], { stdin: deaf(lab) });
      const named = async () => (await lab.exec("gateway", NAMED)).code === 0;
      await until("names to be found", named, 30_000, NAMED.join(" "));
      await untilHolding(lab, proofs());
      expect(await lab.mainPids("gateway")).toEqual(pids);
    });

    it("works after a boot on which the lease came 20 s late", async () => {
      const { lab } = bench();
      const former = lab.leader("gateway");
      await lab.mustExec("mirror", ["systemctl", "stop", DHCP_SERVER]);
      const booted = lab.reboot("gateway");
      const late = async () => {
        const leader = lab.leader("gateway");
        if (leader === undefined || leader === former) return false;
        const { stdout } = await lab.exec("gateway", WAITING);
        return stdout.includes("no resolver that a namespace can reach");
      };
      await until("the gateway to have been up for 20 s", late, 90_000, WAITING);
      await lab.mustExec("mirror", ["systemctl", "start", DHCP_SERVER]);
      await booted;
      await untilHolding(lab, proofs());
      await untilWhole();
    });
  },
  ["networkd"],
);

/** The former resolver answers the gateway no more. */
const deaf = ({ hosts: { gateway, mirror } }: Lab): string => `table ip deaf {
  chain input {
    type filter hook input priority 0;
    ip saddr ${gateway.address} ip daddr ${mirror.address} udp dport 53 drop
  }
}
`;

/** What the namespace's unit says, once the host has been up for 20 s. */
const WAITING = `since=$(($(date +%s) - $(date +%s -d "$(systemctl show -P UserspaceTimestamp)")))
[ $since -lt 20 ] || journalctl -q -o cat -b -u tsproxy_netns-work -u tsproxy_watch`;
