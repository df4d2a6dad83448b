import type { HostName, Lab, TailnetName } from "../index.ts";
import { controlNumber, numbers } from "../topology.ts";
import { keptRunning, onceAtBoot } from "../unit-files.ts";
import { until } from "../waiting.ts";
import type { Variant } from "./index.ts";
import { serve } from "./serve.ts";

/** Of the laboratory's internet, by IPv6: for documentation (RFC 3849), and public for a gateway as any other. */
const NETWORK = "2001:db8:1";

/** A host's address on the laboratory's internet, by IPv6. */
export const internetAddress6 = (host: HostName): string => `${NETWORK}::${numbers[host]}`;

/** The public web server by IPv6. It has no name: a client that asks for `pub.internet` is meant to get an IPv4 address. */
export const publicAddress6 = `${NETWORK}::21`;

const controlAddress6 = (tailnet: TailnetName): string => `${NETWORK}::${controlNumber(tailnet)}`;

/** Hosts but the gateway are neighbours; the mirror leads it to them, as a provider's router does a rented machine. */
async function connect(lab: Lab, host: HostName, more: readonly string[] = []): Promise<void> {
  const prefix = host === "gateway" ? 128 : 64;
  await serve(
    lab,
    host,
    "uplink6.service",
    onceAtBoot(
      "IPv6 of this host's network card",
      [`/sbin/ip address add ${internetAddress6(host)}/${prefix} dev eth0 nodad`, ...more],
      [
        ["After", "uplink.service"],
        ["Before", "tailscaled.service"],
      ],
    ),
  );
}

const ROUTES = [
  `/sbin/ip route add ${internetAddress6("mirror")} dev eth0`,
  `/sbin/ip route add default via ${internetAddress6("mirror")}`,
];

/** The control server listens at one address; what comes by IPv6 is carried there. */
async function carryToControl(lab: Lab, tailnet: TailnetName): Promise<void> {
  const listen = `TCP6-LISTEN:443,bind=[${controlAddress6(tailnet)}],fork,reuseaddr`;
  const carry = keptRunning(
    `Control server of tailnet ${tailnet} by IPv6`,
    `/usr/bin/socat ${listen} TCP4:${lab.controls[tailnet].address}:443`,
  );
  await serve(lab, "control", `carry-${tailnet}.service`, carry);
}

/** The name server has a second address, and second addresses for names. */
async function name(lab: Lab): Promise<void> {
  const records = [
    `mirror.internet. IN AAAA ${internetAddress6("mirror")}`,
    ...(["home", "work", "lab"] as const).map(
      (tailnet) => `control-${tailnet}.internet. IN AAAA ${controlAddress6(tailnet)}`,
    ),
  ];
  await lab.mustExec("mirror", ["tee", "-a", "/etc/coredns/zone"], { stdin: `${records.join("\n")}\n` });
  await lab.mustExec(
    "mirror",
    `sed -i 's/^  bind .*/& ${internetAddress6("mirror")}/' /etc/coredns/Corefile; systemctl restart dns`,
  );
}

export const dualStack: Variant = {
  what: "the internet has IPv6, too, and the gateway a way out by it",
  async apply(lab) {
    for (const host of ["client", "office", "plant"] as const) await connect(lab, host);
    await connect(
      lab,
      "control",
      (["home", "work", "lab"] as const).map(
        (tailnet) => `/sbin/ip address add ${controlAddress6(tailnet)}/64 dev eth0 nodad`,
      ),
    );
    await connect(lab, "mirror", [
      `/sbin/ip address add ${publicAddress6}/64 dev eth0 nodad`,
      "/bin/sh -c 'echo 1 >/proc/sys/net/ipv6/conf/all/forwarding'",
    ]);
    await name(lab);
    const { work, home, lab: third } = lab.controls;
    for (const { tailnet } of [home, work, third]) await carryToControl(lab, tailnet);
    const web = keptRunning(
      "Public web server by IPv6",
      `/bin/busybox httpd -f -p [${publicAddress6}]:80 -h /srv/pub`,
    );
    await serve(lab, "mirror", "pub-web6.service", web);
    await connect(lab, "gateway", ROUTES);
  },
};

/** The gateway's neighbours: the machine of the operator, and what has its packages. */
const neighbours = ({ hosts: { mirror, gateway } }: Lab) => [
  mirror.address,
  gateway.address.replace(/\d+$/, "1"),
];

/** What carries the operator's connection, and packages, stays: neighbours, and no way out. */
export const sixOnly: Variant = {
  what: "the same, and the gateway has no way out by IPv4, nor a resolver there",
  async apply(lab) {
    await dualStack.apply(lab);
    const routes = neighbours(lab).map((address) => `/sbin/ip route add ${address} dev eth0`);
    const starts = routes.map((route) => `ExecStart=${route}`).join("\\n");
    await lab.mustExec(
      "gateway",
      `sed -i 's|^ExecStart=/sbin/ip route add default.*|${starts}|' /etc/systemd/system/uplink.service
ip -4 route del default
${routes.join("\n")}
echo nameserver ${internetAddress6("mirror")} >/etc/resolv.conf
systemctl restart tailscaled`,
    );
    const led = async () =>
      (await lab.exec("gateway", `ip route get ${lab.hosts.client.tailnetAddress}`)).stdout.includes(
        "tailscale0",
      );
    await until("the gateway's own tailnet", led, 60_000, "journalctl -u tailscaled on gateway");
  },
};
