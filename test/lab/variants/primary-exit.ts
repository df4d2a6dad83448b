import { routerAddressOf } from "../topology.ts";
import { onceAtBoot } from "../unit-files.ts";
import type { Variant } from "./index.ts";
import { advertiseAtHome, setAtGateway } from "./primary-routes.ts";
import { serve } from "./serve.ts";

/** An exit node leads nobody into the network that it is in itself: the client is moved behind the router, as a rented machine is. */
const BEHIND_ROUTER = `
address=$1 router=$2
ip address add $address/32 dev eth0
ip address del $address/24 dev eth0
ip route replace $router dev eth0
ip route replace default via $router
systemctl restart tailscaled`;

export const primaryExit: Variant = {
  what: "the gateway's own tailscaled sends everything to an exit node, the client; answers leave where questions came in",
  async apply(lab) {
    const { client, gateway, mirror } = lab.hosts;
    await lab.mustExec("client", [
      "sh",
      "-euc",
      BEHIND_ROUTER,
      "sh",
      client.address,
      routerAddressOf(client.address),
    ]);
    await advertiseAtHome(lab, "--advertise-exit-node", ["0.0.0.0/0", "::/0"]);
    // without it the operator's own connection would be answered by way of the client
    const rule = `/sbin/ip rule add pref 5100 from ${gateway.address} lookup main`;
    await serve(
      lab,
      "gateway",
      "answers.service",
      onceAtBoot("Answers leave where questions came in", [rule]),
    );
    const settings = [`--exit-node=${client.tailnetAddress}`, "--exit-node-allow-lan-access"];
    await setAtGateway(lab, settings, mirror.address);
  },
};
