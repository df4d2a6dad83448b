import { renderGateway } from "../../../../../components/render/gateway.ts";
import { renderNetnsTailnet } from "../../../../../components/render/netns-tailnet.ts";
import { type RouteBridgeSpec, renderRouteBridge } from "../../../../../components/render/route-bridge.ts";
import { gateway, tailnet } from "../../cases.ts";
import { bareHost, canBeBare } from "./bare-host.ts";

const work = { ...tailnet, userNamespace: false, reach: ["192.168.7.2", "192.168.8.0/24"] };

const routes: RouteBridgeSpec = {
  ...{ tailnet: "work", vethSubnet: tailnet.veth.subnet, tailscaleVersion: tailnet.tailscaleVersion },
  ...{ site: 7, networks: ["10.0.0.0/8", "192.168.0.0/16"], machines: true, reach: work.reach },
  ...{ map: { "172.30.0.0/24": "172.16.5.0/24" }, loginServer: "https://headscale.lan:8443" },
  ...{ hostname: "home-work", caCertificates: null, loginTimeout: 60, browserLogin: false },
};

const onHost = bareHost({
  ...renderGateway(gateway).files,
  ...renderNetnsTailnet(work).files,
  ...renderRouteBridge(routes).files,
});

const INSIDE = tailnet.veth.inside;
const ROUTE = "/run/tsproxy/work:route";

/** A user in place of a control group: what is sent as it is the node's. */
const SENDER = "meta skuid 4711";
const KNOWN = `mkdir -p ${ROUTE}; echo '${SENDER}' >${ROUTE}/sender`;

/** A tailnet with an exit node, and a route that the tailnet's control server is not in. */
const LINK = [
  "ip link add dev other type veth peer name tailscale0 netns tsp-work",
  "ip link set other up; ip -n tsp-work link set tailscale0 up",
  "ip -n tsp-work addr add 100.64.0.2/32 dev tailscale0",
  "ip -n tsp-work route add default dev tailscale0 table 52",
  "ip -n tsp-work route add 198.51.100.0/24 dev tailscale0 table 52",
  "ip -n tsp-work rule add pref 5270 lookup 52",
  "ip -n tsp-work rule add pref 5210 fwmark 0x80000/0xff0000 lookup main",
].join("\n");

/** The host leads on to nobody, in silence. */
const HOST = [
  "ip link add dev lan type veth peer name lan-peer; ip link set dev lan up; ip link set dev lan-peer up",
  "ip addr add 203.0.113.1/24 dev lan; ip route add default via 203.0.113.254",
].join("\n");

const UP = `${HOST}\nkernel up @gateway; kernel up work\n${LINK}\n${KNOWN}\nkernel up work:route`;
const TABLE = "ip netns exec tsp-work nft list table inet tsproxy_route";
const ways = (selector: string) =>
  `ip -n tsp-work route get ${selector} | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p'`;

/** Prints what the node hears when it connects: nothing, that it is refused, or that it may. */
const connects = (address: string, port: number) =>
  `ip netns exec tsp-work setpriv --reuid=4711 --clear-groups curl -s -m 1 -o /dev/null -w '' http://${address}:${port}/ && heard=0 || heard=$?; [ $heard = 28 ] && echo sent || echo refused`;

(canBeBare ? describe : describe.skip)("a node of another tailnet in a namespace", () => {
  it("reaches its own tailnet by the uplink where there is an exit node, and by the link what it offers", () => {
    const asked = [
      ["203.0.113.9 ipproto 6 dport 443", "uplink"],
      [`203.0.113.9 from ${INSIDE} ipproto 6 dport 443`, "uplink"],
      ["192.168.7.2 ipproto 6 dport 8443", "uplink"],
      ["192.168.7.2 ipproto 6 dport 443", "tailscale0"],
      ["10.1.2.3 ipproto 6 dport 443", "tailscale0"],
      ["240.64.0.9 ipproto 6 dport 443", "tailscale0"],
      ["172.30.0.9 ipproto 6 dport 443", "tailscale0"],
      ["192.168.8.9 ipproto 17 sport 41642", "uplink"],
      ["10.1.2.3 ipproto 6 dport 443 mark 0x80000", "uplink"],
      // the tailnet's own: routes, and the SOCKS server's way to the internet
      ["198.51.100.9 ipproto 6 dport 443", "tailscale0"],
      ["203.0.113.9 from 100.64.0.2 ipproto 6 dport 443", "tailscale0"],
    ] as const;
    const said = onHost([UP, ...asked.map(([selector]) => ways(selector))].join("\n"));
    expect(said.trim().split("\n")).toEqual(asked.map(([, device]) => device));
  });

  it("is let to its control server in a network that it offers, and there to nothing else by the uplink", () => {
    // as if the link were away
    const away = "ip -n tsp-work link del dev tailscale0";
    const asked = [
      connects("192.168.7.2", 8443),
      connects("192.168.7.2", 443),
      connects("192.168.8.9", 8443),
    ];
    expect(onHost([UP, away, ...asked].join("\n"))).toBe("sent\nrefused\nrefused\n");
  });

  it("sends into the tailnet nothing but to what it offers", () => {
    const asked = [connects("10.1.2.3", 443), connects("172.30.0.9", 80), connects("198.51.100.9", 443)];
    expect(onHost([UP, ...asked].join("\n"))).toBe("sent\nsent\nrefused\n");
  });

  it("is led otherwise once its settings are others, and leaves nothing", () => {
    const changed =
      "sed -i 's|10.0.0.0/8|10.9.0.0/16|' /etc/tsproxy/work/route/visitor.conf; kernel up work:route";
    const rules = "ip -n tsp-work rule show pref 5204";
    const left = "{ ip -n tsp-work rule | grep -c 520[3-6] || :; }; ip netns exec tsp-work nft list tables";
    const [before, after, none] = onHost(
      `${UP}\n${rules}\necho =\n${changed}\n${rules}\necho =\nkernel down work:route\n${left}`,
    ).split("=\n");
    expect(before).toContain("from 0.0.0.0 to 10.0.0.0/8 fwmark 0/0xff0000 lookup 52");
    expect(after).toContain("from 0.0.0.0 to 10.9.0.0/16 fwmark 0/0xff0000 lookup 52");
    expect(after).not.toContain("10.0.0.0/8");
    expect(none).toBe("0\ntable inet tsproxy\n");
  });

  it("has its control server let in on the host by its port, as long as it is there", () => {
    const ports =
      "nft list chain inet tsproxy_work to_host | grep -o 'proto-dst.*loginServer.*'; kernel check work";
    const said = onHost(`${UP}\n${ports}\nkernel down work:route\n${ports}`);
    expect(said).toBe(
      [
        'proto-dst 443 accept comment "loginServer in reach"',
        'proto-dst 8443 accept comment "loginServer of a visitor"',
        "work 0",
        'proto-dst 443 accept comment "loginServer in reach"',
        "work 0",
        "",
      ].join("\n"),
    );
  });

  it("has a former port of its control server closed, also when the new one is that of the tailnet", () => {
    const changed = "sed -i 's|^own_port=.*|own_port=443|' /etc/tsproxy/work/route/visitor.conf";
    const open = "nft list chain inet tsproxy_work to_host | grep -c 'proto-dst 8443' || :";
    expect(onHost(`${UP}\n${open}\n${changed}\nkernel up work:route\n${open}\nkernel check work`)).toBe(
      "1\n0\nwork 0\n",
    );
  });

  it("has its control server's port opened at that server, and not at the tailnet's", () => {
    const apart = "sed -i 's|^login_server=.*|login_server=192.168.9.1|' /etc/tsproxy/work/netns.conf";
    const ports = ["tsproxy_work to_host", "tsproxy_work from_netns"]
      .map((chain) => `nft list chain inet ${chain}`)
      .concat("ip netns exec tsp-work nft list chain inet tsproxy to_uplink")
      .map(
        (list) =>
          `${list} | sed -n 's/.*daddr \\([0-9.]*\\) .*proto-dst \\([0-9]*\\) .*"loginServer.*/\\1 \\2/p'`,
      );
    const to = "192.168.9.1 443\n192.168.7.2 443\n192.168.7.2 8443\n";
    expect(onHost([apart, UP, ...ports].join("\n"))).toBe(`${to}${to}192.168.9.1 443\n192.168.7.2 8443\n`);
  });

  it("takes away the route to what it no longer offers, and one that another program has made", () => {
    const routes = "ip -n tsp-work route show table main dev tailscale0 | sed 's/ .*//'";
    const changed = "sed -i 's|172.30.0.0/24|172.31.9.1/32|' /etc/tsproxy/work/route/visitor.conf";
    const other = "ip -n tsp-work route add 172.30.0.0/24 dev tailscale0";
    const check = "kernel check work:route";
    const said = onHost(
      [
        UP,
        routes,
        changed,
        "kernel up work:route",
        routes,
        other,
        check,
        "kernel mend work:route >&2",
        routes,
      ]
        .concat(check, "kernel down work:route", routes, "echo none")
        .join("\n"),
    );
    const after = "172.31.9.1\n240.64.0.0/10\n";
    expect(said).toBe(`172.30.0.0/24\n240.64.0.0/10\n${after}work:route 1\n${after}work:route 0\nnone\n`);
  });

  it("gets no rules that would be those of every process there", () => {
    const bare = `kernel up work\nkernel up work:route 2>&1 || echo no\n${TABLE} 2>/dev/null || echo none`;
    expect(onHost(bare)).toBe("work:route: start its unit: nothing else can tell what it sends\nno\nnone\n");
  });

  it("keeps its rules, and by what they know it, when a reload cannot prove better ones", () => {
    // the unit's own run, on a kernel that knows no control groups
    const unit = `sed -i 's|^  cgroup=.*|  cgroup=/x/tsproxy-work-route.service|' /etc/tsproxy/guard.sh`;
    const tried = `kernel up work:route 2>/dev/null || echo failed`;
    const said = onHost(
      `${UP}\n${TABLE} >/run/before\n${unit}\n${tried}\n${TABLE} | cmp - /run/before\ncat ${ROUTE}/sender`,
    );
    expect(said).toBe(`failed\n${SENDER}\n`);
  });

  it("is known by what was found last, which is tried first", () => {
    const unit = `sed -i -e 's|^  cgroup=.*|  cgroup=/x/tsproxy-work-route.service|' -e 's|^counts_for_us() {|& echo "$sender" >>/run/tried; return 1|' /etc/tsproxy/guard.sh`;
    const remembered = `echo 'socket cgroupv2 level 5 "x"' >${ROUTE}/sender`;
    const said = onHost(
      `${UP}\n${unit}\n${remembered}\nkernel up work:route 2>/dev/null || :\nhead -n 2 /run/tried`,
    );
    expect(said.match(/level \d/g)).toEqual(["level 5", "level 2"]);
  });
});
