// A gateway that Pulumi reaches through another host, as an ordinary user who may `sudo -n`. Both host keys
// are checked; the jump host only forwards a connection and needs no rights.
//
// Set what examples/minimal says, and
//   pulumi config set jumpHostKey 'ssh-ed25519 AAAA…'
//   pulumi config set --secret deployKey < ~/.ssh/deploy

import { Config } from "@pulumi/pulumi";
import { Gateway, NetnsTailnet, SocksBridge, SuffixDns } from "pulumi-tsproxy";

const config = new Config();
const privateKey = config.requireSecret("deployKey");

const plant = new Gateway("plant", {
  ssh: {
    host: config.require("host"),
    user: "deploy",
    hostKey: config.get("hostKey") ?? "",
    privateKey,
    jump: {
      host: "bastion.example",
      port: 2222,
      user: "deploy",
      hostKey: config.require("jumpHostKey"),
      privateKey,
    },
  },
  primaryAddress: config.require("primaryAddress"),
});

const work = new NetnsTailnet("work", { gateway: plant, authKey: config.requireSecret("workAuthKey") });
const socks = new SocksBridge("work", { tailnet: work, port: 11080 });
new SuffixDns("work", { tailnet: work, suffix: "work.internal" });

export const tryIt = socks.tryIt;
