import { renderGateway } from "../../../../../components/render/gateway.ts";
import { renderNetnsTailnet } from "../../../../../components/render/netns-tailnet.ts";
import { renderSocksBridge } from "../../../../../components/render/socks-bridge.ts";
import { gateway, tailnet, veth } from "../../cases.ts";
import { bareHost, canBeBare } from "./bare-host.ts";

const other = {
  ...tailnet,
  name: "a-b",
  veth: veth("172.31.0.4/30"),
  advertiseRoutes: ["10.0.0.0/24"],
  loginServer: "https://198.18.0.11",
  reach: ["192.168.7.0/24", "192.168.8.9"],
};
const socks = {
  tailnet: "work",
  vethSubnet: tailnet.veth.subnet,
  primaryAddress: gateway.primaryAddress,
  primaryInterface: gateway.primaryInterface,
  port: 11080,
  maxSessions: 512,
  clients: gateway.clients,
  singBoxVersion: gateway.singBox.version,
};
const onHost = bareHost({
  ...renderGateway(gateway).files,
  ...renderNetnsTailnet(tailnet).files,
  ...renderNetnsTailnet(other).files,
  ...renderSocksBridge(socks).files,
});

const UP = "kernel up @gateway; kernel up work; kernel up a-b; kernel up work:socks";
const CHECK = "kernel check @gateway work a-b work:socks";
const whole = "@gateway 0\nwork 0\na-b 0\nwork:socks 0\n";
const LAST_PID = "/proc/sys/kernel/ns_last_pid";
const FACTS =
  "ip link; ip rule; ip netns; nft -s list ruleset; cat /proc/sys/net/ipv4/ip_forward; find /run | sort";

/** A damage, and what a check then says. */
const DAMAGES: readonly (readonly [what: string, damage: string, found: string])[] = [
  [
    "forwarding switched off",
    "echo 0 >/proc/sys/net/ipv4/ip_forward",
    "@gateway 1\nwork 0\na-b 0\nwork:socks 0",
  ],
  ["the gateway's table deleted", "nft delete table inet tsproxy", "@gateway 1\nwork 0\na-b 0\nwork:socks 0"],
  [
    "a chain of the gateway flushed",
    "nft flush chain inet tsproxy input",
    "@gateway 1\nwork 0\na-b 0\nwork:socks 0",
  ],
  ["every table flushed", "nft flush ruleset", "@gateway 1\nwork 1\na-b 1\nwork:socks 1"],
  [
    "the table of a tailnet deleted",
    "nft delete table inet tsproxy_a_b",
    "@gateway 0\nwork 0\na-b 1\nwork:socks 0",
  ],
  [
    "a rule added to it",
    "nft add rule inet tsproxy_work forward counter accept",
    "@gateway 0\nwork 1\na-b 0\nwork:socks 0",
  ],
  [
    "its resolvers emptied",
    "nft flush set inet tsproxy_work resolvers",
    "@gateway 0\nwork 1\na-b 0\nwork:socks 0",
  ],
  ["the host's end down", "ip link set dev tsp-work down", "@gateway 0\nwork 1\na-b 0\nwork:socks 0"],
  ["the pair deleted", "ip link del dev tsp-work", "@gateway 0\nwork 1\na-b 0\nwork:socks 0"],
  ["the host's address flushed", "ip addr flush dev tsp-a-b", "@gateway 0\nwork 0\na-b 1\nwork:socks 0"],
  ["another address", "ip addr add 192.0.2.1/32 dev tsp-work", "@gateway 0\nwork 1\na-b 0\nwork:socks 0"],
  [
    "the rule to the pair deleted",
    "ip rule del pref 5200 to 10.200.0.4/30",
    "@gateway 0\nwork 1\na-b 0\nwork:socks 0",
  ],
  [
    "the rule from the pair deleted",
    "ip rule del pref 5201 iif tsp-a-b",
    "@gateway 0\nwork 0\na-b 1\nwork:socks 0",
  ],
  [
    "a rule to another table",
    "ip rule del pref 5201 iif tsp-work; ip rule add pref 5201 iif tsp-work lookup 7",
    "@gateway 0\nwork 1\na-b 0\nwork:socks 0",
  ],
  ["the inside down", "ip -n tsp-work link set dev uplink down", "@gateway 0\nwork 1\na-b 0\nwork:socks 0"],
  ["the route inside deleted", "ip -n tsp-a-b route del default", "@gateway 0\nwork 0\na-b 1\nwork:socks 0"],
  ["the rule inside deleted", "ip -n tsp-work rule del pref 5200", "@gateway 0\nwork 1\na-b 0\nwork:socks 0"],
  [
    "forwarding inside switched on",
    "ip netns exec tsp-work sysctl -q net.ipv4.ip_forward=1",
    "@gateway 0\nwork 1\na-b 0\nwork:socks 0",
  ],
  [
    "a link of another program inside",
    "ip -n tsp-work link add dev strange type veth peer name stranger",
    "@gateway 0\nwork 1\na-b 0\nwork:socks 0",
  ],
  [
    "the table of a port deleted",
    "nft delete table inet tsproxy__socks_work",
    "@gateway 0\nwork 0\na-b 0\nwork:socks 1",
  ],
  [
    "a network that the host has come into",
    "ip link add dev lan type veth peer name lan-peer; ip addr add 203.0.113.1/24 dev lan; ip link set dev lan up; ip link set dev lan-peer up",
    "@gateway 0\nwork 1\na-b 1\nwork:socks 0",
  ],
  [
    "a way out that does not forward",
    "ip route add default via 203.0.113.254 dev lan; echo 0 >/proc/sys/net/ipv4/conf/lan/forwarding",
    "@gateway 0\nwork 1\na-b 1\nwork:socks 0",
  ],
  [
    "another resolver",
    "echo nameserver 192.0.2.54 >>/etc/resolv.conf",
    "@gateway 0\nwork 1\na-b 1\nwork:socks 0",
  ],
  [
    "the table inside deleted",
    "ip netns exec tsp-work nft flush ruleset",
    "@gateway 0\nwork 1\na-b 0\nwork:socks 0",
  ],
  ["a namespace deleted", "ip netns del tsp-work", "@gateway 0\nwork 2\na-b 0\nwork:socks 0"],
  [
    "a namespace replaced",
    "ip netns del tsp-work; ip netns add tsp-work",
    "@gateway 0\nwork 2\na-b 0\nwork:socks 0",
  ],
  [
    "the mount of a namespace lost",
    "umount -l /run/netns/tsp-a-b",
    "@gateway 0\nwork 0\na-b 2\nwork:socks 0",
  ],
  [
    "the memory of one lost",
    "umount /run/tsproxy/work/user; rm -r /run/tsproxy/work",
    "work 2\n@gateway 0\na-b 0\nwork:socks 0",
  ],
];

(canBeBare ? describe : describe.skip)("the gateway's kernel script", () => {
  it("finds what it made intact, however often it made it", () => {
    expect(onHost(`${UP}; ${CHECK}; ${UP}; ${CHECK}`)).toBe(whole + whole);
  });

  describe("tells of", () => {
    let sections: string[];
    // one after the other on one host, each mended before the next
    beforeAll(() => {
      const each = DAMAGES.map(([, damage]) => `echo =====\n${damage}\n${CHECK}\n${UP}\n${CHECK}`);
      sections = onHost(`${UP}\n${each.join("\n")}`)
        .split("=====\n")
        .slice(1);
    }, 60_000);

    it.each(DAMAGES.map(([what, , found], index) => ({ what, found, index })))(
      "$what, and mends it",
      ({ found, index }) => {
        expect(sections[index]).toBe(`${found}\n${whole}`);
      },
    );
  });

  it("mends what differs by itself, and says what that was", () => {
    const damage =
      "ip rule del pref 5200 to 10.200.0.4/30; ip rule del pref 5201 iif tsp-work; nft delete table inet tsproxy__socks_work";
    const strange = "nft add rule inet tsproxy_work forward counter accept";
    const [mended, again] = onHost(
      `${UP}\n${damage}\nkernel watch\n${CHECK}\necho =====\n${strange}\nkernel watch\n${CHECK}`,
    ).split("=====\n");
    expect(mended).toContain(
      "work: mending what differs; missing: 5200:\tfrom all to 10.200.0.4/30 lookup main\n",
    );
    expect(mended).toContain(
      "work: mending what differs; missing: 5201:\tfrom all iif tsp-work lookup main\n",
    );
    expect(mended).toContain("work:socks: mending what differs; missing: table inet tsproxy__socks_work {\n");
    expect(mended?.endsWith(whole)).toBe(true);
    expect(again).toContain("work: mending what differs; new: counter accept\n");
    expect(again?.endsWith(whole)).toBe(true);
  });

  it("takes nothing for made that was taken away while it mended", () => {
    const meanwhile = "[ -e /run/meanwhile ] || { : >/run/meanwhile; ip rule del pref 5201 iif tsp-work; }";
    const seen = onHost(
      `${UP}\necho '${meanwhile}' >>/run/tsproxy/work/firewall\nip rule del pref 5200 to 10.200.0.4/30\nkernel watch >/dev/null\nls /run/meanwhile; ip rule show pref 5201 iif tsp-work; ${CHECK}`,
    );
    expect(seen).toBe(`/run/meanwhile\n5201:\tfrom all iif tsp-work lookup main\n${whole}`);
  });

  it("makes what differs once, where nothing else changes meanwhile", () => {
    const counted = "echo 'echo made >>/run/times' >>/run/tsproxy/work/firewall";
    const damage = "ip rule del pref 5200 to 10.200.0.4/30";
    expect(onHost(`${UP}\n${counted}\n${damage}\nkernel watch >/dev/null\nwc -l </run/times`)).toBe("1\n");
  });

  it("gives each end of a pair a card of its own, which udev leaves alone, and makes one with another card anew", () => {
    const types = "mount -t sysfs sysfs /sys; cat /sys/class/net/tsp-work/addr_assign_type";
    const cards =
      "ip -o link show dev tsp-work | grep -o 'ether [^ ]*'; ip -n tsp-work -o link show dev uplink | grep -o 'ether [^ ]*'";
    const seen = onHost(
      `${UP}\n${types}\nip link set dev tsp-work address 02:00:00:00:00:01\nkernel up work\n${cards}`,
    );
    expect(seen).toBe("3\nether 02:74:0a:c8:00:05\nether 02:74:0a:c8:00:06\n");
  });

  it("mends by what was loaded, not by files that were changed since", () => {
    const opened = "sed -i '/another tailnet/d' /etc/tsproxy/firewall";
    const mended = "nft list table inet tsproxy_work | grep -c 'another tailnet'";
    expect(
      onHost(`${UP}\n${opened}\nnft delete table inet tsproxy_work\nkernel watch >/dev/null\n${mended}`),
    ).toBe("1\n");
  });

  it("gives its rules the protocol of the kernel, also those that an earlier release made", () => {
    const before = "ip rule add pref 5200 to 10.200.0.4/30 lookup main";
    const rules = onHost(`${before}\n${UP}\nip -d rule show pref 5200\nip -d rule show pref 5201`);
    expect(rules.split("\n").filter(Boolean)).toHaveLength(4);
    expect(rules).not.toMatch(/(?<!proto kernel)\n/);
  });

  it("leaves the rule to a network that another tailnet has by now", () => {
    const moved = "sed -i 's/172.31.0/10.200.0/' /etc/tsproxy/a-b/netns.conf; kernel up a-b";
    expect(onHost(`${UP}\nkernel down a-b\n${moved}\nkernel down work\nip rule show pref 5200`)).toBe(
      "5200:\tfrom all to 10.200.0.4/30 lookup main\n",
    );
  });

  it("makes a namespace that belongs to the user of its unit, in which that user may do all and outside nothing", () => {
    const user = "setpriv --reuid=61234 --regid=61234 --clear-groups --inh-caps=-all --no-new-privs";
    const inside = `nsenter --net=/run/netns/tsp-work ${user} nsenter --user=/run/tsproxy/work/user --preserve-credentials`;
    const tries = [
      `${inside} ip link add dev own type veth peer name own2 && echo made inside`,
      `${inside} ip link set dev uplink netns 1 2>/dev/null || echo moves nothing to the host`,
      `${inside} nsenter --net=/proc/1/ns/net true 2>/dev/null || echo does not enter the host`,
      `nsenter --net=/run/netns/tsp-work ${user.replaceAll("61234", "61235")} ip link set dev lo down 2>/dev/null || echo another user does nothing`,
    ].join("\n");
    expect(onHost(`${UP}\n${tries}`).split("\n")).toEqual([
      "made inside",
      "moves nothing to the host",
      "does not enter the host",
      "another user does nothing",
      "",
    ]);
  });

  it("leaves forwarding on where others need it, and as it was where none do", () => {
    const forwards = "cat /proc/sys/net/ipv4/ip_forward";
    const off = (before: string) =>
      `echo 0 >/proc/sys/net/ipv4/ip_forward; kernel up @gateway\n${before}\nkernel down @gateway; ${forwards}`;
    const others = [
      "mkdir -p /etc/sysctl.d; echo net.ipv4.ip_forward = 1 >/etc/sysctl.d/router.conf",
      "rm /etc/sysctl.d/router.conf; nft add table ip theirs; nft add chain ip theirs out '{ type nat hook postrouting priority 100; }'; nft add rule ip theirs out masquerade",
    ];
    expect(onHost([off(":"), ...others.map(off)].join("\n"))).toBe(
      [
        "0",
        "forwarding stays on: /etc/sysctl.d/router.conf needs it",
        "1",
        "forwarding stays on: another firewall's masquerading needs it",
        "1",
        "",
      ].join("\n"),
    );
  });

  it("leads the resolver's questions past routes of the tailnet that cover the uplink's resolver", () => {
    const get = (question: string) =>
      `ip -n tsp-work route get 192.0.2.53 ${question} dport 53 | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'`;
    const routed = [
      "ip -n tsp-work link add dev tailscale0 type veth peer name other; ip -n tsp-work link set tailscale0 up; ip -n tsp-work link set other up",
      "ip -n tsp-work addr add 100.64.0.2/32 dev tailscale0; ip -n tsp-work route add 192.0.2.0/24 dev tailscale0 table 52",
      "ip -n tsp-work rule add pref 5270 lookup 52",
    ];
    const questions = ["ipproto 17", "ipproto 6", "from 10.200.0.6 ipproto 17", "from 100.64.0.2 ipproto 6"];
    expect(onHost([UP, ...routed, ...questions.map(get)].join("\n"))).toBe(
      "uplink\nuplink\nuplink\ntailscale0\n",
    );
  });

  it("takes none of these ways away while it makes them anew, with one more", () => {
    const probed = (priority: number) =>
      `until grep -q ${priority}: /run/seen; do ip -n tsp-work rule add pref ${priority} lookup 7; ip -n tsp-work rule del pref ${priority}; done`;
    const seen = onHost(
      [
        UP,
        "ip -n tsp-work monitor rule >/run/seen & monitor=$!",
        probed(4998),
        "echo nameserver 192.0.2.54 >>/etc/resolv.conf; kernel up work",
        probed(4999),
        "kill $monitor; grep 5202: /run/seen",
      ].join("\n"),
    );
    expect(seen.match(/^.*5202:/gm)).toEqual(Array(4).fill("5202:"));
  });

  it("leads questions to a former resolver on its way until the second look after, which finds nothing amiss", () => {
    const ways = "ip -n tsp-work rule show pref 5207 to 192.0.2.53 | wc -l; kernel check work";
    const told = onHost(
      [
        "sed -i 's/: systemctl.*dns_unit/: : $dns_unit/' $(grep -ls dns_unit /etc/tsproxy/*)",
        `kernel up work; ${ways}`,
        `echo nameserver 192.0.2.54 >/etc/resolv.conf; kernel up work; ${ways}`,
        `kernel forget work; ${ways}`,
        `kernel forget work; ${ways}`,
      ].join("\n"),
    );
    expect(told.split("\n")).toEqual(["0", "work 0", "4", "work 0", "4", "work 0", "0", "work 0", ""]);
  });

  it("tells the resolver of other ways once they are there, and of nothing else", () => {
    const rules = "ip -n tsp-work rule show pref 5202";
    const told = onHost(
      [
        "sed -i 's/: systemctl.*dns_unit/echo told $(ip -n $netns rule show pref 5202 | wc -l)/' $(grep -ls dns_unit /etc/tsproxy/*)",
        `kernel up work; kernel up work; echo =; ${rules} | wc -l`,
        "ip -n tsp-work rule del pref 5202; kernel up work; echo =",
        "echo nameserver 192.0.2.54 >/etc/resolv.conf; kernel up work; echo =",
        `kernel up work; ${rules} | grep -c 192.0.2.53 || :`,
      ].join("\n"),
    );
    expect(told.split("\n")).toEqual(["=", "4", "told 4", "=", "told 4", "=", "0", ""]);
  });

  it("asks resolvers of links by which the host reaches the internet, and those of no link, and of no other", () => {
    const known = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"];
    const host = [
      "ip link add dev lan type veth peer name other; ip addr add 203.0.113.1/24 dev lan; ip link set lan up; ip link set other up",
      "mkdir -p /run/systemd/resolve",
      `printf 'nameserver %s\\n' ${known.join(" ")} >/run/systemd/resolve/resolv.conf`,
      "echo 'Global: 192.0.2.1\nLink 2 (lan): 192.0.2.2#dns.lan 192.0.2.3\nLink 3 (vpn): 192.0.2.3 192.0.2.4:853#dns.vpn 192.0.2.5#dns.vpn\nLink 4 (lan2): ' >/etc/links",
    ].join("\n");
    const asked = "kernel up work; sed -n 's/^nameserver //p' /run/tsproxy/work/resolv.conf";
    const way = "ip route add default via 203.0.113.254 dev lan";
    const [without, by] = onHost(`${host}\n${asked}\necho =====\n${way}\n${asked}`).split("=====\n");
    expect(without?.trim().split("\n")).toEqual(known);
    expect(by?.trim().split("\n")).toEqual(known.slice(0, 3));
  });

  it("answers once for a name that it is asked for twice", () => {
    expect(onHost(`${UP}; kernel check work @gateway work a-b @gateway`)).toBe("work 0\n@gateway 0\na-b 0\n");
  });

  it("takes no notice of what others do", () => {
    const others = [
      "nft add table inet other",
      "nft add chain inet other tsp-work '{ type filter hook input priority 0; }'",
      "nft add rule inet other tsp-work iifname tsp-work accept",
      "nft add table ip tsproxy_work",
      "ip link add dev tsp-else type veth peer name else",
      "ip addr add 192.0.2.9/32 dev tsp-else",
      "ip link set dev tsp-else up",
      "ip rule add pref 100 iif tsp-work lookup main",
      "ip rule add pref 5199 to 10.200.0.4/30 lookup main",
    ].join("\n");
    expect(onHost(`${UP}\n${others}\n${CHECK}`)).toBe(whole);
  });

  it("starts two processes for each namespace, whatever else it takes", () => {
    // the second cat is one of them
    const started = (names: string) =>
      `before=$(cat ${LAST_PID}); kernel check ${names} >/dev/null; echo $(($(cat ${LAST_PID}) - before - 1))`;
    const [one = 0, two = 0] = onHost(`${UP}\n${started("work")}\n${started("work a-b")}`)
      .split("\n")
      .map(Number);
    expect(one).toBeLessThanOrEqual(6);
    expect(two - one).toBe(2);
  });

  it("removes what it made, and after a change of its settings what they were", () => {
    const down = "kernel down work; kernel down a-b; kernel down work:socks; kernel down @gateway";
    const moved = "sed -i 's/10.200.0/10.222.0/' /etc/tsproxy/work/netns.conf";
    const [before, after] = onHost(`${FACTS}; echo =====; ${UP}; ${moved}; ${down}; ${FACTS}`).split(
      "=====\n",
    );
    expect(after).toBe(before?.replace("/run/mount\n", "/run/mount\n/run/netns\n").concat("/run/tsproxy\n"));
  });
});
