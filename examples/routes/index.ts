// A tailnet that every program on every device of the primary tailnet reaches, without a proxy: 10.0.0.50.work.internal is an
// address that leads there. The SOCKS port is not needed for it; it may stand beside.
//
// Set what examples/minimal says, and `pulumi config set --secret primaryAuthKey`: a key of the primary tailnet. Then approve
// the routes as the first `pulumi up` says.

import { Config } from "@pulumi/pulumi";
import { Gateway, NetnsTailnet, RouteBridge, SuffixDns } from "pulumi-tsproxy";

const config = new Config();

const home = new Gateway("home", {
  ssh: { host: config.require("host"), hostKey: config.get("hostKey") ?? "" },
  primaryAddress: config.require("primaryAddress"),
});

const work = new NetnsTailnet("work", { gateway: home, authKey: config.requireSecret("workAuthKey") });

/** No other tailnet has this number in the primary one. */
const site = 7;
const routes = new RouteBridge("work", {
  tailnet: work,
  site,
  networks: ["10.0.0.0/24"],
  authKey: config.requireSecret("primaryAuthKey"),
});
// Names wait for the routes that they lead to; a configuration has that by itself.
new SuffixDns("work", { tailnet: work, suffix: "work.internal", site }, { dependsOn: routes });

export const toApprove = routes.toApprove;
