import type { Precondition } from "../../../../providers/engine/kinds/requirement.ts";
import { findingText, isAdvice, questionOf } from "../../../../providers/engine/kinds/requirement.ts";

const ALL: readonly [Precondition, evidence: string, question: string, text: string][] = [
  [{ kind: "root" }, "", "root", 'commands do not run as root; use the user root or one with "sudo -n"'],
  [
    { kind: "systemd", atLeast: 252 },
    "systemd 249",
    "systemd 252",
    "systemd 252 or newer is needed (found: systemd 249); use Debian 12, Ubuntu 24.04 or newer",
  ],
  [
    { kind: "cgroup2" },
    "",
    "cgroup2",
    "cgroup v2 is not mounted at /sys/fs/cgroup; boot with systemd.unified_cgroup_hierarchy=1",
  ],
  [
    { kind: "tun" },
    "",
    "tun",
    "/dev/net/tun must be there and open to all; load the module (modprobe tun), give the container this device, chmod 0666 /dev/net/tun",
  ],
  [
    { kind: "nft" },
    "Operation not permitted",
    "nft",
    "nftables does not work (found: Operation not permitted); use a kernel with nf_tables, or give the container CAP_NET_ADMIN",
  ],
  [
    { kind: "architecture", oneOf: ["x86_64", "aarch64"] },
    "riscv64",
    "architecture x86_64 aarch64",
    "the processor is not one of x86_64, aarch64 (found: riscv64)",
  ],
  [
    { kind: "package-manager" },
    "there is none of: apt",
    "package_manager",
    "the package manager cannot be used (found: there is none of: apt); wait for it, or install apt",
  ],
  [
    { kind: "package", name: "dante-server", instead: 'set kind: "microsocks"' },
    "apt",
    "package dante-server",
    'apt has no package dante-server; set kind: "microsocks"',
  ],
  [
    {
      kind: "absent",
      objects: ["namespace tsp-work", "table inet tsproxy", "rule 5201 iif tsp-work"],
    },
    "table inet tsproxy, rule 5201 iif tsp-work",
    "absent namespace tsp-work table inet tsproxy rule 5201 iif tsp-work",
    "what this resource would make in the kernel is there already and was not made by this stack: table inet tsproxy, rule 5201 iif tsp-work; choose another name, or remove it: nft delete table inet tsproxy; ip rule del pref 5201 iif tsp-work",
  ],
  [
    { kind: "address", address: "100.64.0.10", interface: "tailscale0", argument: "primaryAddress" },
    "tailscale0 has 100.64.0.7",
    "address 100.64.0.10 tailscale0",
    "primaryAddress: 100.64.0.10 is not an address of tailscale0 (found: tailscale0 has 100.64.0.7); join the primary tailnet first (tailscale up), or correct primaryAddress",
  ],
  [
    {
      kind: "port",
      protocol: "tcp",
      address: "100.64.0.10",
      port: 11080,
      unit: "a.socket",
      argument: "port",
    },
    '0.0.0.0:11080 users:(("nginx",pid=1,fd=6))',
    "port tcp 100.64.0.10 11080 a.socket",
    'port: tcp port 11080 of 100.64.0.10 is taken (found: 0.0.0.0:11080 users:(("nginx",pid=1,fd=6))); choose another port, or stop what listens there',
  ],
  [
    { kind: "sandbox", properties: ["DynamicUser=yes", "ProtectSystem=strict"] },
    "Failed to set up mount namespacing: Permission denied",
    "sandbox DynamicUser=yes ProtectSystem=strict",
    "units cannot have their sandbox here (found: Failed to set up mount namespacing: Permission denied); where the host is a container, let it mount (LXD and Incus: security.nesting=true), or use a virtual machine",
  ],
  [
    { kind: "address-filter" },
    "",
    "address_filter",
    "systemd cannot filter addresses here (BPF is missing, or forbidden in this container): nftables alone keeps others than the clients from the SOCKS ports, and nothing keeps a DNS server that was taken over from a cloud's metadata service",
  ],
  [
    { kind: "limits" },
    "no memory in /sys/fs/cgroup/cgroup.controllers",
    "limits",
    "the kernel limits no unit here (found: no memory in /sys/fs/cgroup/cgroup.controllers): clients of one tailnet may use up the host's memory; on a Raspberry Pi add cgroup_enable=memory to /boot/firmware/cmdline.txt and reboot",
  ],
  [
    { kind: "resolver", argument: "resolvers" },
    "127.0.0.1",
    "resolver",
    'resolvers: this host has no IPv4 resolver that a namespace can ask (found: 127.0.0.1); give those that it shall ask, for example resolvers: ["9.9.9.9"]',
  ],
  [
    { kind: "way", to: "control.example" },
    "",
    "way_to control.example",
    "this host has no IPv4 default route, and none to control.example; give it one: a namespace goes by the host's",
  ],
  [
    { kind: "way", to: "control.example" },
    "default via 2001:db8::1 dev eth0",
    "way_to control.example",
    "this host has no IPv4 default route, and none to control.example (found: default via 2001:db8::1 dev eth0); namespaces go by that with uplink6: true",
  ],
  [
    { kind: "way", by6: true, to: "control.example" },
    "",
    "way_to control.example by6",
    "this host has no default route, and none to control.example; give it one: a namespace goes by the host's",
  ],
  [
    { kind: "resolver", by6: true, argument: "resolvers" },
    "127.0.0.1",
    "resolver by6",
    'resolvers: this host has no resolver that a namespace can ask (found: 127.0.0.1); give those that it shall ask, for example resolvers: ["9.9.9.9"]',
  ],
  [
    { kind: "free-network", network: "10.200.0.4/30", argument: "veth" },
    "10.200.0.0/16 dev eth0",
    "free_network 10.200.0.4/30",
    "veth: 10.200.0.4/30 lies in a network of this host (found: 10.200.0.0/16 dev eth0), in which the host reaches no machine with one of these four addresses from now on; where there is one, choose another veth",
  ],
  [
    { kind: "group-filter", instead: 'set server: "dante"' },
    "Could not process rule: No such file or directory",
    "group_filter",
    'nftables cannot tell here what a unit sends (socket cgroupv2) (found: Could not process rule: No such file or directory), so nothing would keep this process to its tailnet; use Linux 5.13 or newer, or set server: "dante"',
  ],
  [
    { kind: "known-name", name: "control.exampel", argument: "loginServer" },
    "",
    "known_name control.exampel",
    "loginServer: this host finds no IPv4 address of control.exampel; correct loginServer, or mend this host's DNS, or give resolvers that know the name",
  ],
  [
    { kind: "known-name", by6: true, name: "control.example", argument: "loginServer" },
    "no answer within 5 s",
    "known_name control.example by6",
    "loginServer: this host finds no address of control.example (found: no answer within 5 s); correct loginServer, or mend this host's DNS, or give resolvers that know the name",
  ],
  [
    { kind: "open-server", name: "control.lan", argument: "reach" },
    "192.168.1.5",
    "open_server control.lan",
    "loginServer: control.lan leads to a private address, which is closed to the namespace (found: 192.168.1.5); list it in reach",
  ],
  [
    { kind: "firewalls", interface: "tsp-work" },
    "ufw firewalld iptables inet/mine/forward ",
    "firewalls tsp-work",
    'ufw firewalld iptables inet/mine/forward drops what this host forwards, also from and to tsp-work; let it through: "ufw route allow in on tsp-work"; "firewall-cmd --permanent --zone=trusted --add-interface=tsp-work && firewall-cmd --reload"; "iptables -I FORWARD -i tsp-work -j ACCEPT && iptables -I FORWARD -o tsp-work -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT", and the same rules in /etc/iptables/rules.v4 or wherever yours come from at boot; "nft insert rule inet mine forward iifname tsp-work accept && nft insert rule inet mine forward oifname tsp-work ct state established,related accept", and the same rules in /etc/nftables.conf or wherever yours come from at boot',
  ],
  [
    { kind: "let-in", protocol: "tcp", address: "100.64.0.10", port: 11080, interface: "tailscale0" },
    "ufw firewalld iptables inet/mine/input ",
    "let_in tcp 100.64.0.10 11080 tailscale0",
    'ufw firewalld iptables inet/mine/input drops what comes to tcp port 11080 of 100.64.0.10 by tailscale0: clients get no answer; let it in: "ufw allow in on tailscale0 to any port 11080 proto tcp"; "firewall-cmd --permanent --add-port=11080/tcp && firewall-cmd --reload", with the zone of the interface; "iptables -I INPUT -i tailscale0 -p tcp --dport 11080 -j ACCEPT", and the same rules in /etc/iptables/rules.v4 or wherever yours come from at boot; "nft insert rule inet mine input iifname tailscale0 tcp dport 11080 accept", and the same rules in /etc/nftables.conf or wherever yours come from at boot',
  ],
];

const ADVICE = ["firewalls", "let-in", "free-network", "address-filter", "limits"];

it("knows no remedy for firewalls that it never asked about", () => {
  const text = findingText({ kind: "firewalls", interface: "tsp-+" }, "__defineGetter__ constructor");
  expect(text).toContain('"__defineGetter__"; "constructor"');
});

it("has a remedy for Docker that outlasts a reboot", () => {
  const text = findingText({ kind: "firewalls", interface: "tsp-work" }, "docker ");
  expect(text).toContain(">/etc/systemd/system/docker.service.d/tsproxy-work.conf");
  expect(text).toContain("'ExecStartPost=/usr/sbin/iptables -I DOCKER-USER -i tsp-work -j ACCEPT'");
  expect(text).toContain("systemctl daemon-reload && iptables -I DOCKER-USER -i tsp-work -j ACCEPT");
});

describe.each(ALL)("requirement %j", (requirement, evidence, question, text) => {
  it("is asked in the host's words", () => {
    expect(questionOf(requirement).join(" ")).toBe(question);
  });

  it("tells the user what is missing, what was found and what to do", () => {
    expect(findingText(requirement, evidence)).toBe(text);
  });

  it("is advice only where the host may be right", () => {
    expect(isAdvice(requirement)).toBe(ADVICE.includes(requirement.kind));
  });
});
