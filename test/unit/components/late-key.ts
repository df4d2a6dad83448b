/** A program whose auth key is an output: `node late-key.ts KEY` prints the resources that it registers, with mocks. */
import { argv } from "node:process";
import { runtime, secret } from "@pulumi/pulumi";
import { Gateway, NetnsTailnet } from "../../../components/index.ts";

const digests = { sha256: { x86_64: "a".repeat(64) } };

await runtime.setMocks({
  newResource({ name, inputs }) {
    console.log(name);
    return { id: name, state: { ...inputs, facts: { architecture: "x86_64", probes: {} } } };
  },
  call: () => ({}),
});

const gateway = new Gateway("home", {
  ssh: { host: "gateway.lan", hostKey: `ssh-ed25519 ${"A".repeat(68)}`, agent: true },
  primaryAddress: "100.64.0.10",
  tailscale: digests,
  coredns: digests,
});
new NetnsTailnet("work", { gateway, authKey: secret(argv[2] ?? "") });
