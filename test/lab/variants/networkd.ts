import type { Lab } from "../index.ts";
import { onceAtBoot, unitFile } from "../unit-files.ts";
import { until } from "../waiting.ts";
import type { Variant } from "./index.ts";
import { install } from "./install.ts";

/** Seconds that a lease is good for; it is renewed after half of them. */
const LEASE = 20;

/** Nothing answers over IPv6 here, and networkd would wait for it. */
const UPLINK = `[Match]
Name=eth0

[Network]
DHCP=ipv4
IPv6AcceptRA=no
`;

const LAN = `[Match]
Name=eth1

[Network]
Address=10.0.0.1/24
IPv6AcceptRA=no
`;

/** The unit on the mirror that gives the gateway its address, and may be stopped. */
export const DHCP_SERVER = "dhcp.service";

export const networkd: Variant = {
  what: "the gateway has its address by DHCP, with systemd-networkd and systemd-resolved",
  async apply(lab) {
    await lab.mustExec("gateway", install("systemd-resolved"));
    await addResolver(lab);
    await serve(lab);
    await lease(lab, lab.hosts.mirror.address);
    await write(lab, "gateway", "/etc/systemd/network/eth0.network", UPLINK);
    await write(lab, "gateway", "/etc/systemd/network/eth1.network", LAN);
    await lab.mustExec("gateway", HAND_OVER);
    const { address } = lab.hosts.gateway;
    const leased = async () =>
      (await lab.mustExec("gateway", "ip -4 -o addr show dev eth0")).includes(` ${address}/32 `);
    await until("an address by DHCP", leased, 30_000, "networkctl status eth0 on gateway");
    await lab.mustExec("gateway", "systemctl restart tailscaled.service && tailscale wait --timeout=30s");
  },
};

/** Has the gateway told another resolver, from its next renewal on. */
export async function lease(lab: Lab, resolver: string): Promise<void> {
  const { gateway } = lab.hosts;
  const [router, mac] = (await lab.mustExec("gateway", WAY_OUT)).trim().split(" ");
  const text = `interface eth0
start ${gateway.address}
end ${gateway.address}
static_lease ${mac} ${gateway.address}
lease_file /run/udhcpd.leases
min_lease ${LEASE}
option lease ${LEASE}
option subnet 255.255.255.255
option router ${router}
option dns ${resolver}
`;
  await write(lab, "mirror", "/etc/udhcpd.conf", text);
  await lab.mustExec("mirror", ["systemctl", "restart", DHCP_SERVER]);
}

/** Another name server of the laboratory's internet, which answers what the first does. */
export const otherResolver = (lab: Lab): string => lab.hosts.mirror.address.replace(/\d+$/, "22");

async function addResolver(lab: Lab): Promise<void> {
  const other = otherResolver(lab);
  const unit = onceAtBoot(
    "Address of the other name server",
    [`/sbin/ip address add ${other}/24 dev eth0`],
    [
      ["After", "uplink.service"],
      ["Before", "dns.service"],
    ],
  );
  await write(lab, "mirror", "/etc/systemd/system/other-resolver.service", unit);
  await lab.mustExec(
    "mirror",
    `systemctl enable --now other-resolver.service && sed -i 's/bind .*/& ${other}/' /etc/coredns/Corefile && systemctl restart dns.service`,
  );
}

async function serve(lab: Lab): Promise<void> {
  const unit = unitFile({
    Unit: [
      ["Description", "DHCP server"],
      ["After", "uplink.service"],
    ],
    Service: [
      ["ExecStartPre", "/bin/touch /run/udhcpd.leases"],
      ["ExecStart", "/bin/busybox udhcpd -f /etc/udhcpd.conf"],
    ],
    Install: [["WantedBy", "multi-user.target"]],
  });
  await write(lab, "mirror", `/etc/systemd/system/${DHCP_SERVER}`, unit);
  await lab.mustExec("mirror", ["systemctl", "enable", DHCP_SERVER]);
}

const write = (lab: Lab, host: "gateway" | "mirror", path: string, text: string): Promise<string> =>
  lab.mustExec(host, ["tee", path], { stdin: text });

/** Prints the router and the card's own address. */
const WAY_OUT = `ip route show default | sed -n 's/.* via \\([^ ]*\\).*/\\1/p' | head -n 1 | tr '\\n' ' '; cat /sys/class/net/eth0/address`;

const HAND_OVER = `systemctl disable uplink.service
ip address flush dev eth0; ip address flush dev eth1
systemctl enable systemd-networkd.service systemd-resolved.service
systemctl restart systemd-networkd.service systemd-resolved.service
ln -sf /run/systemd/resolve/stub-resolv.conf /etc/resolv.conf`;
