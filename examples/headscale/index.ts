// A tailnet with a control server of its own (headscale), on a private address behind the gateway and with
// a certificate that only a private authority vouches for.
//
// Set what examples/minimal says, and
//   pulumi config set caCertificates < ca.pem
//   pulumi config set --secret labAuthKey    # headscale preauthkeys create --user … --reusable

import { Config } from "@pulumi/pulumi";
import { Gateway, NetnsTailnet, SocksBridge, SuffixDns } from "pulumi-tsproxy";

const config = new Config();

const home = new Gateway("home", {
  ssh: { host: config.require("host"), hostKey: config.get("hostKey") ?? "" },
  primaryAddress: config.require("primaryAddress"),
});

const lab = new NetnsTailnet("lab", {
  gateway: home,
  authKey: config.requireSecret("labAuthKey"),
  loginServer: "https://headscale.lan",
  // trusted by this tailnet's node and by nothing else on the host
  caCertificates: config.require("caCertificates"),
  // private addresses behind the host are closed unless they are listed: here the control server
  reach: ["192.168.1.20"],
  // whom the node asks for headscale.lan
  resolvers: ["192.168.1.1"],
});
const socks = new SocksBridge("lab", { tailnet: lab, port: 11080 });
new SuffixDns("lab", { tailnet: lab, suffix: "lab.internal" });

export const tryIt = socks.tryIt;
