// The least there is: one gateway, one more tailnet.
//
//   pulumi stack init mine
//   pulumi config set host gateway.lan              # name or address, for ssh
//   pulumi config set primaryAddress 100.64.0.10    # `tailscale ip -4` on the gateway
//   pulumi config set --secret workAuthKey          # asks for the key
//   pulumi up                                       # stops and shows the host key: set it, go on
//   pulumi config set hostKey 'ssh-ed25519 AAAA…'
//   pulumi up

import { Config } from "@pulumi/pulumi";
import { Gateway, NetnsTailnet, SocksBridge, SuffixDns } from "pulumi-tsproxy";

const config = new Config();

const home = new Gateway("home", {
  ssh: { host: config.require("host"), hostKey: config.get("hostKey") ?? "" },
  primaryAddress: config.require("primaryAddress"),
});

const work = new NetnsTailnet("work", { gateway: home, authKey: config.requireSecret("workAuthKey") });
const socks = new SocksBridge("work", { tailnet: work, port: 11080 });
new SuffixDns("work", { tailnet: work, suffix: "work.internal" });

/** A line to paste into a shell of any machine in the primary tailnet. */
export const tryIt = socks.tryIt;
