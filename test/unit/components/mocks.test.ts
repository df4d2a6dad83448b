import * as pulumi from "@pulumi/pulumi";
import { Gateway, NetnsTailnet, SocksBridge, SuffixDns } from "../../../components/index.ts";

/** As Pulumi's documentation writes them: a resource has what was asked of it, and nothing else. */
const MOCKS: pulumi.runtime.Mocks = {
  newResource: ({ name, inputs }) => ({ id: `${name}_id`, state: inputs }),
  call: ({ inputs }) => inputs,
};

const args = {
  ssh: { host: "gateway.lan", hostKey: `ssh-ed25519 ${"A".repeat(68)}` },
  primaryAddress: "100.64.0.10",
};

/** All that a gateway with one tailnet tells its program. */
async function outputsOf(preview: boolean): Promise<Record<string, unknown>> {
  await pulumi.runtime.setMocks(MOCKS, "program", "test", preview);
  const gateway = new Gateway("home", args);
  const tailnet = new NetnsTailnet("work", { gateway, authKey: "tskey-1" });
  const { url, tryIt } = new SocksBridge("work", { tailnet, port: 11080 });
  const { suffix } = new SuffixDns("work", { tailnet, suffix: "corp" });
  const { primaryAddress } = gateway;
  const { addresses, dnsName, loginState } = tailnet;
  const outputs = { primaryAddress, addresses, dnsName, loginState, url, tryIt, suffix };
  return pulumi.runtime.serializeProperties("test", outputs);
}

const DECIDED = {
  primaryAddress: "100.64.0.10",
  url: "socks5h://100.64.0.10:11080",
  tryIt: expect.stringContaining("curl -x socks5h://100.64.0.10:11080 "),
  suffix: "corp",
};

describe("components that no host answers", () => {
  it("are made, and know nothing of their nodes: with mocks, or as new ones that --target leaves out", async () => {
    expect(await outputsOf(false)).toEqual({
      ...DECIDED,
      addresses: [],
      dnsName: "",
      loginState: "unknown",
    });
  });

  it("say in a preview what arguments decide, and that the rest comes later", async () => {
    const later = pulumi.runtime.unknownValue;
    expect(await outputsOf(true)).toEqual({
      ...DECIDED,
      addresses: later,
      dnsName: later,
      loginState: later,
    });
  });
});
