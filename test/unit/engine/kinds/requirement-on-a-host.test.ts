import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Requirement } from "../../../../providers/engine/kinds/requirement.ts";
import { questionOf } from "../../../../providers/engine/kinds/requirement.ts";

const PROGRAM = ["requirements", "let-in"]
  .map((part) => readFileSync(join(__dirname, `../../../../providers/engine/program/${part}.sh`), "utf8"))
  .join("");
const TOOLS = "command -v ip && test -x /usr/sbin/nft && unshare --mount --net true";
const canTry = process.getuid?.() === 0 && spawnSync("sh", ["-c", TOOLS]).status === 0;

/** What `host` answers to a requirement: `met`, or its evidence. */
function asked(requirement: Requirement, host: string): string {
  const script = [
    "set -e",
    "mount -t tmpfs tmpfs /run",
    "mkdir -p /run/systemd/resolve /run/bin",
    "PATH=/run/bin:$PATH",
    // none of this machine's: no file, no firewall, no unit that runs
    "mkdir /run/etc; cp -a /etc/passwd /etc/group /etc/ld.so.cache /etc/alternatives /run/etc",
    "mount --bind /run/etc /etc",
    "echo 'hosts: files' >/etc/nsswitch.conf",
    "program() { { echo '#!/bin/sh'; cat; } >/run/bin/$1; chmod 0755 /run/bin/$1; }",
    "echo 'exit 1' | program iptables",
    "echo 'exit 3' | program systemctl",
    host,
    "set +e",
    PROGRAM,
    'evidence=$("need_$@") && echo met || echo "$evidence"',
  ].join("\n");
  const how = ["--mount", "--net", "sh", "-c", script, "sh", ...questionOf(requirement)];
  const { stdout, stderr } = spawnSync("unshare", how, { encoding: "utf8", timeout: 20_000 });
  expect(stderr).toBe("");
  return stdout.trim();
}

/** A file with that text. */
const file = (path: string, text: string) => `printf '%s\\n' '${text}' >${path}`;
const nft = (text: string) => `nft -f - <<'RULES'\n${text}\nRULES`;
const forward = (policy: string, ...rules: readonly string[]) =>
  nft(
    [
      "table inet mine {",
      "chain forward {",
      `type filter hook forward priority 0; policy ${policy};`,
      ...rules,
      "}",
      "}",
    ].join("\n"),
  );
/** After what every such chain begins with. */
const input = (policy: string, ...rules: readonly string[]) => {
  const usual = [
    "ct state established,related accept",
    "iif lo accept",
    "tcp dport 22 accept",
    "icmp type echo-request accept",
  ];
  const chain = ["type filter hook input priority 0;", `policy ${policy};`, ...usual, ...rules];
  return nft(
    ["table inet mine {", "chain more {", "accept", "}", "chain input {", ...chain, "}", "}"].join("\n"),
  );
};
const iptables = (...lines: readonly string[]) =>
  `printf '%s\\n' '${`cat <<E\n${lines.join("\n")}\nE`}' | program iptables`;

const FIREWALLS: Requirement = { kind: "firewalls", interface: "tsp-work" };
const LET_IN: Requirement = {
  kind: "let-in",
  protocol: "tcp",
  address: "100.64.0.1",
  port: 11080,
  interface: "tailscale0",
};
const MINE = "inet/mine/input";
const RESOLVER: Requirement = { kind: "resolver", argument: "resolvers" };
const WAY: Requirement = { kind: "way", to: "control.example" };
const KNOWN: Requirement = { kind: "known-name", name: "control.example", argument: "loginServer" };
const FREE: Requirement = { kind: "free-network", network: "10.200.0.4/30", argument: "veth" };
const OPEN: Requirement = { kind: "open-server", name: "control.example", argument: "reach" };
const LINK = "ip link set lo up; ip addr add 203.0.113.9/24 dev lo";

(canTry ? describe : describe.skip)("a host", () => {
  it.each<[string, string, string]>([
    ["forwards all", "", "met"],
    ["has a chain that accepts", forward("accept", "tcp dport 25 drop"), "met"],
    ["drops what it forwards", forward("drop"), "inet/mine/forward"],
    [
      "refuses at the end of its chain",
      forward("accept", "ct state established accept", "counter reject"),
      "inet/mine/forward",
    ],
    ["lets the interface through", forward("drop", "iifname tsp-work accept"), "met"],
    ["lets all of ours through", forward("drop", 'iifname "tsp-*" accept'), "met"],
    ["lets another interface through", forward("drop", "iifname tsp-other accept"), "inet/mine/forward"],
    [
      "has tables of ours",
      nft(
        "table inet tsproxy_work {\nchain forward {\ntype filter hook forward priority -5; policy drop;\n}\n}",
      ),
      "met",
    ],
    [
      "drops IPv6",
      nft("table ip6 filter {\nchain FORWARD {\ntype filter hook forward priority 0; policy drop;\n}\n}"),
      "met",
    ],
    [
      "is an image of Oracle's",
      iptables("-P FORWARD ACCEPT", "-A FORWARD -j REJECT --reject-with icmp-host-prohibited"),
      "iptables",
    ],
    ["has Docker", `${iptables("-P FORWARD DROP")}; echo '[ "$3" = docker ]' | program systemctl`, "docker"],
    ["has ufw", `mkdir /etc/ufw; echo ENABLED=yes >/etc/ufw/ufw.conf; ${iptables("-P FORWARD DROP")}`, "ufw"],
    ["has followed the advice", iptables("-P FORWARD DROP", "-A FORWARD -i tsp-work -j ACCEPT"), "met"],
  ])("that %s is told what drops forwarded packets", (_what, host, answer) => {
    expect(asked(FIREWALLS, host)).toBe(answer);
  });

  it.each<[string, string, string]>([
    ["accepts all", input("accept", "tcp dport 25 drop"), "met"],
    ["drops what was not asked for", input("drop"), MINE],
    ["refuses at the end of its chain", input("accept", "counter reject"), MINE],
    ["lets the interface in", input("drop", "iifname { eth1, tailscale0 } accept"), "met"],
    ["lets another interface in", input("drop", "iifname eth1 accept"), MINE],
    ["lets all interfaces in but one", input("drop", 'iifname != "eth0" accept'), "met"],
    ["lets the port in", input("drop", "tcp dport { 80, 11000-12000 } accept"), "met"],
    ["lets the port of the other protocol in", input("drop", "udp dport 11080 accept"), MINE],
    ["lets the primary tailnet in", input("drop", "ip saddr 100.64.0.0/10 accept"), "met"],
    ["lets its LAN in", input("drop", "ip saddr 192.168.0.0/16 accept"), MINE],
    [
      "lets in by a map of interfaces",
      input("drop", "iifname vmap { lo : accept, tailscale0 : jump more }"),
      "met",
    ],
    [
      "lets another one in by such a map",
      input("drop", "iifname vmap { lo : accept, eth1 : jump more }"),
      MINE,
    ],
    ["leads another interface to a chain that accepts", input("drop", "iifname eth1 jump more"), MINE],
    [
      "has tables of ours",
      nft("table inet tsproxy {\nchain input {\ntype filter hook input priority 0; policy drop;\n}\n}"),
      "met",
    ],
    ["has an iptables that drops", iptables("-P INPUT DROP", "-A INPUT -i lo -j ACCEPT"), "iptables"],
    ["has ufw", `mkdir /etc/ufw; echo ENABLED=yes >/etc/ufw/ufw.conf; ${iptables("-P INPUT DROP")}`, "ufw"],
    [
      "has ufw and a tailscaled that lets its own interface in",
      iptables("-P INPUT DROP", "-A INPUT -j ts-input", "-A ts-input -i tailscale0 -j ACCEPT"),
      "met",
    ],
    [
      "has followed the advice",
      iptables("-P INPUT DROP", "-A INPUT -i tailscale0 -p tcp -m tcp --dport 11080 -j ACCEPT"),
      "met",
    ],
  ])("that %s is told what drops clients of a port", (_what, host, answer) => {
    expect(asked(LET_IN, host)).toBe(answer);
  });

  it("whose clients are in its LAN is told nothing where that is let in", () => {
    const lan: Requirement = { ...LET_IN, address: "192.168.1.2", interface: "eth0" };
    expect(asked(lan, input("drop", "ip saddr 192.168.0.0/16 accept"))).toBe("met");
  });

  it.each<[string, string, string]>([
    ["a resolver on the network", file("/etc/resolv.conf", "nameserver 192.0.2.1"), "met"],
    ["itself alone", file("/etc/resolv.conf", "nameserver 127.0.0.1"), "127.0.0.1"],
    ["Tailscale alone", file("/etc/resolv.conf", "nameserver 100.100.100.100"), "100.100.100.100"],
    ["one over IPv6", file("/etc/resolv.conf", "nameserver 2001:db8::1"), ""],
    [
      "systemd-resolved, which knows some",
      `${file("/etc/resolv.conf", "nameserver 127.0.0.53")}; echo nameserver 192.0.2.1 >/run/systemd/resolve/resolv.conf`,
      "met",
    ],
  ])("that asks %s is told whether a namespace can ask there", (_what, host, answer) => {
    expect(asked(RESOLVER, host)).toBe(answer);
  });

  it.each<[string, string, string]>([
    ["no route", file("/etc/hosts", "203.0.113.5 control.example"), ""],
    ["a default route", `${LINK}; ip route add default dev lo`, "met"],
    ["the server on its own network", `${LINK}; ${file("/etc/hosts", "203.0.113.5 control.example")}`, "met"],
  ])("with %s is told whether there is a way to the control server", (_what, host, answer) => {
    expect(asked(WAY, host)).toBe(answer);
  });

  it.each<[string, string, string, string]>([
    ["no name like it", "203.0.113.5 control.exampel", "", ""],
    ["an IPv4 address of it", "203.0.113.5 control.example", "met", "met"],
    ["an IPv6 address of it alone", "2001:db8::5 control.example", "", "met"],
  ])("that knows %s is told whether the control server has a name", (_what, hosts, by4, by6) => {
    const host = `${LINK}; ip addr add 2001:db8::9/64 dev lo; ${file("/etc/hosts", hosts)}`;
    expect(asked(KNOWN, host)).toBe(by4);
    expect(asked({ ...KNOWN, by6: true }, host)).toBe(by6);
  });

  it("whose resolver does not answer is told so within seconds", () => {
    const host = [
      LINK,
      file("/etc/nsswitch.conf", "hosts: dns"),
      file("/etc/resolv.conf", "nameserver 203.0.113.9"),
      `timeout 9 ${process.execPath} -e 'require("dgram").createSocket("udp4").bind(53)' >/dev/null 2>&1 &`,
      "until ss -Hlun | grep -q :53; do sleep 0.05; done",
    ];
    expect(asked(KNOWN, host.join("\n"))).toBe("no answer within 5 s");
  });

  it.each<[string, string, string, string]>([
    ["no route", ":", "", ""],
    ["one by IPv6", "ip -6 route add default dev lo", "met", "default dev lo metric 1024 pref medium"],
    ["one by IPv4", "ip route add default dev lo", "met", "met"],
  ])(
    "with %s is told whether namespaces with IPv6 have a way out, and those without",
    (_, routes, by6, by4) => {
      expect(asked({ ...WAY, by6: true }, `${LINK}; ${routes}`)).toBe(by6);
      expect(asked(WAY, `${LINK}; ${routes}`)).toBe(by4);
    },
  );

  it.each<[string, string]>([
    ["2001:db8::1", "met"],
    ["FD00::1", "met"],
    ["192.0.2.1", "met"],
    ["::1", ""],
    ["fe80::1%eth0", ""],
  ])("that asks %s is told whether a namespace with IPv6 can ask there", (resolver, answer) => {
    const host = file("/etc/resolv.conf", `nameserver ${resolver}`);
    expect(asked({ kind: "resolver", by6: true, argument: "resolvers" }, host)).toBe(answer);
  });

  it.each<[string, string, string]>([
    ["has other networks", "ip addr add 10.100.0.9/16 dev lan; ip route add default via 10.100.0.1", "met"],
    ["is in a network that holds it", "ip addr add 10.200.7.9/16 dev lan", "10.200.0.0/16 dev lan"],
    [
      "has a route into it",
      "ip addr add 10.0.0.9/24 dev lan; ip route add 10.200.0.6 via 10.0.0.1",
      "10.200.0.6 via 10.0.0.1 dev lan",
    ],
    [
      "has it for a namespace of ours",
      "ip link set lan name tsp-work; ip link set tsp-work up; ip addr add 10.200.0.5/30 dev tsp-work",
      "met",
    ],
  ])("that %s is told whether a veth network is taken", (_what, networks, answer) => {
    const lan =
      "ip link set lo up; ip link add lan type veth peer name other; ip link set lan up; ip link set other up";
    expect(asked(FREE, `${lan}; ${networks}`)).toBe(answer);
  });

  it.each<[string, string, string]>([
    ["10.0.0.5", "10.0.0.5 control.example", "10.0.0.5"],
    ["172.31.0.1", "172.31.0.1 control.example", "172.31.0.1"],
    ["100.64.0.9", "100.64.0.9 control.example", "100.64.0.9"],
    ["172.32.0.1", "172.32.0.1 control.example", "met"],
    ["nowhere", "", "met"],
    ["100.128.0.1", "100.128.0.1 control.example", "met"],
  ])("where the control server's name leads to %s is told whether that is closed", (_what, hosts, answer) => {
    expect(asked(OPEN, `${LINK}; ${file("/etc/hosts", hosts)}`)).toBe(answer);
  });

  it.each<[string, string, string]>([
    [
      "its own tunnel takes everything",
      "ip route add default dev wire table 7; ip rule add pref 5270 lookup 7",
      "met",
    ],
    ["its own tunnel takes half of everything", "ip route add 128.0.0.0/1 dev wire", "met"],
    ["its way out is a link without a router", "ip route add default dev wire", "met"],
    ["it is in the server's network", "ip route add 198.51.100.0/24 dev wire", "198.51.100.7"],
    [
      "it is there, and its tunnel takes everything",
      "ip route add 198.51.100.0/24 dev wire; ip route add default dev wire table 7; ip rule add pref 5270 lookup 7",
      "198.51.100.7",
    ],
  ])(
    "a public control server is told to be closed only in a network of the host: %s",
    (_, routes, answer) => {
      const wire = "ip link add wire type veth peer name end; ip link set wire up; ip link set end up";
      const name = file("/etc/hosts", "198.51.100.7 control.example");
      expect(asked(OPEN, [LINK, wire, "ip addr add 192.0.2.1/32 dev wire", routes, name].join("; "))).toBe(
        answer,
      );
    },
  );

  it.each<[string, string, string]>([
    ["fd7a::1", "fd7a::1", "met"],
    ["fd7a::1 10.0.0.1", "fd7a::2", "wire has fd7a::1"],
    ["10.0.0.1 fd7a::1", "10.0.0.1", "met"],
    ["fd7a::1", "10.0.0.1", "wire has no address"],
  ])("with the addresses %s is asked for %s in its own family", (addresses, address, answer) => {
    const wire = "ip link add wire type veth peer name end; ip link set wire addrgenmode none";
    const given = addresses.split(" ").map((one) => `ip addr add ${one} dev wire`);
    const asks: Requirement = { kind: "address", address, interface: "wire", argument: "primaryAddress6" };
    expect(asked(asks, [wire, ...given].join("; "))).toBe(answer);
  });

  it.each<[string, string, string]>([
    ["fd7a::1", "fd7a::1", "[fd7a::1]:11080"],
    ["fd7a::1", "fd7a::2", "met"],
    ["::", "fd7a::1", "*:11080"],
    ["0.0.0.0", "fd7a::1", "met"],
    ["0.0.0.0", "10.0.0.1", "0.0.0.0:11080"],
  ])("with a process at %s is told whether the port of %s is taken", (listens, address, answer) => {
    const listen = `require("net").createServer().listen({ host: "${listens}", port: 11080 })`;
    const host = [
      "ip link set lo up; ip addr add fd7a::1/128 dev lo",
      `timeout 5 ${process.execPath} -e '${listen}' >/dev/null 2>&1 &`,
      "until ss -Hltn | grep -q :11080; do sleep 0.05; done",
    ].join("\n");
    const port: Requirement = {
      ...{ kind: "port", protocol: "tcp", port: 11080 },
      ...{ unit: "tsproxy-work-relay.socket", argument: "port", address },
    };
    expect(asked(port, host).split(" ")[0]).toBe(answer);
  });

  it.each<[string, string, string]>([
    ["that knows control groups", ":", "met"],
    [
      "that does not",
      `echo 'echo "Error: Could not process rule: No such file or directory" >&2; exit 1' | program nft`,
      "Could not process rule: No such file or directory",
    ],
  ])("with a kernel %s is told whether nftables knows what a unit sends", (_what, host, answer) => {
    expect(asked({ kind: "group-filter", instead: "another server" }, host)).toBe(answer);
  });

  it.each<[string, string]>([
    ["memory pids cpu", "met"],
    ["cpu pids", "no memory in /sys/fs/cgroup/cgroup.controllers"],
  ])("with the controllers %s is told whether units are limited", (controllers, answer) => {
    const host = `mount -t tmpfs tmpfs /sys/fs/cgroup; echo ${controllers} >/sys/fs/cgroup/cgroup.controllers`;
    expect(asked({ kind: "limits" }, host)).toBe(answer);
  });
});
