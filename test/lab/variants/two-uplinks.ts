import type { HostName, Lab } from "../index.ts";
import { lanPrefix, lanWebServer } from "../topology.ts";
import { onceAtBoot } from "../unit-files.ts";
import type { Variant } from "./index.ts";

/** What stands at `lanWebServer` in the gateway's LAN leads to the internet, and lets out what comes from that LAN. */
const RULES = `table ip second {
  chain forward {
    type filter hook forward priority 0;
    iifname "eth1" ip saddr != ${lanPrefix} drop
  }
  chain out {
    type nat hook postrouting priority 100;
    oifname "eth0" ip saddr ${lanPrefix} masquerade
  }
}
`;
const ROUTER = onceAtBoot(
  "A second way to the internet for the gateway's LAN",
  ["/bin/sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'", "/usr/sbin/nft -f /etc/second.nft"],
  [["After", "uplink.service"]],
);

/** Of the higher metric: nothing takes it as long as the first is there. */
const SECOND = onceAtBoot(
  "Second way out",
  [`/sbin/ip route replace default via ${lanWebServer} dev eth1 metric 200`],
  [["After", "uplink.service"]],
);

export const twoUplinks: Variant = {
  what: "the gateway's LAN has a router with NAT, a second way out with a higher metric",
  async apply(lab) {
    await lab.mustExec("mirror", ["tee", "/etc/second.nft"], { stdin: RULES });
    await enable(lab, "mirror", "second-router.service", ROUTER);
    await enable(lab, "gateway", "second-uplink.service", SECOND);
  },
};

async function enable(lab: Lab, host: HostName, unit: string, text: string): Promise<void> {
  await lab.mustExec(host, ["tee", `/etc/systemd/system/${unit}`], { stdin: text });
  await lab.mustExec(host, ["systemctl", "enable", "--now", unit]);
}
