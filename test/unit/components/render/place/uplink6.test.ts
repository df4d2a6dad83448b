import { renderGateway } from "../../../../../components/render/gateway.ts";
import { renderNetnsTailnet } from "../../../../../components/render/netns-tailnet.ts";
import { gateway, tailnet, veth } from "../../cases.ts";
import { bareHost, canBeBare } from "./bare-host.ts";

/** A tailnet with IPv6 on its uplink, and one of an earlier release, whose settings know nothing of that. */
const onHost = bareHost({
  ...renderGateway({ ...gateway, uplink6: true }).files,
  ...renderNetnsTailnet({ ...tailnet, uplink6: true }).files,
  ...renderNetnsTailnet({ ...tailnet, name: "a-b", veth: veth("172.31.0.4/30") }).files,
});

const HOST6 = "fd74:5c93:1eb6::ac8:5";
const INSIDE6 = "fd74:5c93:1eb6::ac8:6";
const RESOLVER = "2001:db8::53";

const OLD = "sed -i /6=/d /etc/tsproxy/a-b/netns.conf";
const LAN = [
  "ip link add dev lan type veth peer name lan-peer",
  "ip link set dev lan addrgenmode none up",
  "ip link set dev lan-peer up",
  "ip addr add 2001:db8:7::30/64 dev lan nodad",
  "ip route add default via 2001:db8:7::1 dev lan",
  `echo nameserver ${RESOLVER} >>/etc/resolv.conf`,
].join("; ");
const UP = `${OLD}; ${LAN}; kernel up @gateway; kernel up work; kernel up a-b`;
const CHECK = "kernel check @gateway work a-b";
const WHOLE = "@gateway 0\nwork 0\na-b 0\n";
const SWITCHES =
  "cat /proc/sys/net/ipv6/conf/all/forwarding /proc/sys/net/ipv6/conf/*/accept_ra | tr '\\n' ' '; echo";
const FACTS = `ip -6 addr show dev lan; ip -6 rule; nft -s list ruleset; ${SWITCHES}`;

/** What only namespaces with IPv6 have: `work` has to notice, and nothing else. */
const DAMAGES: readonly (readonly [what: string, damage: string, found: string])[] = [
  ["the host's address", `ip addr del ${HOST6}/126 dev tsp-work`, "@gateway 0\nwork 1\na-b 0"],
  ["the address inside", `ip -n tsp-work addr del ${INSIDE6}/126 dev uplink`, "@gateway 0\nwork 1\na-b 0"],
  ["the card of the namespace", `ip neigh del ${INSIDE6} dev tsp-work`, "@gateway 0\nwork 1\na-b 0"],
  [
    "the card of the host inside",
    `ip -n tsp-work neigh del ${HOST6} dev uplink`,
    "@gateway 0\nwork 1\na-b 0",
  ],
  ["the route inside", "ip -6 -n tsp-work route del default", "@gateway 0\nwork 1\na-b 0"],
  ["the rule to the pair", "ip -6 rule del pref 5200", "@gateway 0\nwork 1\na-b 0"],
  ["the rule from the pair", "ip -6 rule del pref 5201", "@gateway 0\nwork 1\na-b 0"],
  ["the rule inside", "ip -6 -n tsp-work rule del pref 5200", "@gateway 0\nwork 1\na-b 0"],
  [
    "a rule to the resolver",
    `ip -6 -n tsp-work rule del pref 5202 to ${RESOLVER}`,
    "@gateway 0\nwork 1\na-b 0",
  ],
  ["forwarding", "echo 0 >/proc/sys/net/ipv6/conf/all/forwarding", "@gateway 1\nwork 0\na-b 0"],
  ["what drops others' packets", "nft flush chain inet tsproxy forward6", "@gateway 1\nwork 0\na-b 0"],
];

(canBeBare ? describe : describe.skip)("an uplink with IPv6", () => {
  it("is made twice like once, beside a namespace without", () => {
    expect(onHost(`${UP}; ${CHECK}; ${UP.slice(OLD.length + LAN.length + 4)}; ${CHECK}`)).toBe(WHOLE + WHOLE);
  });

  it("has addresses of its own, and the way to the internet and to the host's resolver", () => {
    const seen = onHost(
      `${UP}\nip -6 -n tsp-work -o addr show dev uplink; ip -6 -n tsp-work route get 2001:db8:9::1; cat /run/tsproxy/work/resolv.conf; ip -6 -n tsp-a-b -o addr show dev uplink; cat /run/tsproxy/a-b/resolv.conf`,
    );
    expect(seen).toContain(`inet6 ${INSIDE6}/126 scope global nodad`);
    expect(seen).toContain(`2001:db8:9::1 from :: via ${HOST6} dev uplink src ${INSIDE6}`);
    const resolvers = seen.split("\n").filter((line) => line.startsWith("nameserver"));
    expect(resolvers).toEqual(["nameserver 192.0.2.53", `nameserver ${RESOLVER}`, "nameserver 192.0.2.53"]);
    expect(seen.match(/inet6/g)).toHaveLength(1);
  });

  describe("tells of", () => {
    let sections: string[];
    beforeAll(() => {
      const again = "kernel up @gateway; kernel up work; kernel up a-b";
      const each = DAMAGES.map(([, damage]) => `echo =====\n${damage}\n${CHECK}\n${again}\n${CHECK}`);
      sections = onHost(`${UP}\n${each.join("\n")}`)
        .split("=====\n")
        .slice(1);
    }, 60_000);

    it.each(DAMAGES.map(([what, , found], index) => ({ what, found, index })))(
      "$what that is gone, and mends it",
      ({ found, index }) => {
        expect(sections[index]).toBe(`${found}\n${WHOLE}`);
      },
    );
  });

  it("keeps links that take router advertisements at that, and leaves them as they were", () => {
    const ra = "/proc/sys/net/ipv6/conf/lan/accept_ra";
    const [before, during, after] = onHost(
      `${LAN}\n${FACTS}; echo =====; ${UP.replace(LAN, ":")}; cat ${ra}; cat /proc/sys/net/ipv6/conf/all/forwarding; echo =====; kernel down a-b; kernel down work; kernel down @gateway >/dev/null; ${FACTS}`,
    ).split("=====\n");
    expect(during).toBe("2\n1\n");
    expect(after).toBe(before);
  });

  it("leaves a host alone that forwarded before, and packets of others there", () => {
    const seen = onHost(
      `${LAN}; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding; ${UP.replace(LAN, ":")}; cat /proc/sys/net/ipv6/conf/lan/accept_ra; nft list chain inet tsproxy forward6 | grep -c drop || :; kernel down work; kernel down a-b; kernel down @gateway; cat /proc/sys/net/ipv6/conf/all/forwarding`,
    );
    expect(seen).toBe("1\n0\n1\n");
  });

  it("gives forwarding back when it is no longer wanted, and takes the addresses away", () => {
    const without = "rm /etc/tsproxy/gateway.conf; sed -i 's/6=.*/6=/' /etc/tsproxy/work/netns.conf";
    const others = "ip addr add 2001:db8:8::1/64 dev tsp-work nodad";
    const seen = onHost(
      `${UP}; ${without}; ${others}; kernel up @gateway; kernel up work; cat /proc/sys/net/ipv6/conf/all/forwarding /proc/sys/net/ipv6/conf/lan/accept_ra; ip -6 -o addr show dev tsp-work | grep -c 2001:db8:8::1; ip -6 -o addr show dev tsp-work | grep -c fd74 || :; ip -6 -n tsp-work -o addr show dev uplink; ip -6 -n tsp-work neigh show dev uplink; ip -6 -n tsp-work route show default; ip -6 neigh show dev tsp-work; kernel check @gateway work`,
    );
    expect(seen).toBe("0\n1\n1\n0\n@gateway 0\nwork 0\n");
  });
});
