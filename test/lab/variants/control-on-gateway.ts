import { until } from "../waiting.ts";
import type { Variant } from "./index.ts";

/** Everything of a control server, from one host to the other. */
const PACK =
  "systemctl disable --now headscale-work && tar -C / -cz etc/headscale/work var/lib/headscale/work etc/systemd/system/headscale-work.service | base64";
const UNPACK = "base64 -d | tar -C / -xz && systemctl daemon-reload && systemctl enable --now headscale-work";

export const controlOnGateway: Variant = {
  what: "the control server of tailnet work, with its address, is on the gateway itself",
  async apply(lab) {
    const { work } = lab.controls;
    const addressLine = `/address add ${work.address.replaceAll(".", "\\.")}\\//d`;
    await lab.give("gateway", "headscale");
    const packed = await lab.mustExec("control", PACK);
    await lab.mustExec(
      "control",
      `ip address del ${work.address}/24 dev eth0; sed -i '${addressLine}' /etc/systemd/system/uplink.service`,
    );
    await lab.mustExec(
      "gateway",
      `sed -i 's|^ExecStart=/sbin/ip link set eth0 up|&\\nExecStart=/sbin/ip address add ${work.address}/32 dev eth0|' /etc/systemd/system/uplink.service
ip address add ${work.address}/32 dev eth0`,
    );
    await lab.mustExec("gateway", UNPACK, { stdin: packed });
    // the neighbours have to find the address anew
    await until(
      "the control server",
      () => work.healthy(),
      60_000,
      "journalctl -u headscale-work on gateway",
    );
  },
};
