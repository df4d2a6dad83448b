// Two more tailnets behind one gateway. They may use the same addresses: each lives in a network namespace
// of its own, and clients tell them apart by port (11080, 11081) or suffix (.work.internal, .lab.internal).
//
// Set what examples/minimal says, and `pulumi config set --secret labAuthKey`.

import { Config } from "@pulumi/pulumi";
import { ClientKit, Gateway, NetnsTailnet, SocksBridge, SuffixDns } from "pulumi-tsproxy";

const config = new Config();

const home = new Gateway("home", {
  ssh: { host: config.require("host"), hostKey: config.get("hostKey") ?? "" },
  primaryAddress: config.require("primaryAddress"),
});

const work = new NetnsTailnet("work", {
  gateway: home,
  authKey: config.requireSecret("workAuthKey"),
  hostname: "gateway-of-home",
});
const workSocks = new SocksBridge("work", { tailnet: work, port: 11080 });
const workDns = new SuffixDns("work", { tailnet: work, suffix: "work.internal" });

const lab = new NetnsTailnet("lab", {
  gateway: home,
  authKey: config.requireSecret("labAuthKey"),
  // only machines of the tailnet itself, none of the networks behind them
  acceptRoutes: false,
  // internet traffic of port 11081 leaves through this node of the tailnet
  exitNode: "100.64.0.7",
});
const labSocks = new SocksBridge("lab", { tailnet: lab, port: 11081 });
const labDns = new SuffixDns("lab", { tailnet: lab, suffix: "lab.internal" });

const kit = new ClientKit("clients", { components: [workSocks, workDns, labSocks, labDns] });

/** What files for browsers, ssh and the like are made of; docs/guide.md says by which command. */
export const clientKit = kit.facts;
export const tryIt = { work: workSocks.tryIt, lab: labSocks.tryIt };
export const addresses = { work: work.addresses, lab: lab.addresses };
