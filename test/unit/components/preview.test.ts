import * as pulumi from "@pulumi/pulumi";
import { gatewaysFrom } from "../../../components/index.ts";
import { GATEWAY_ARGS, WORK } from "./cases.ts";

const gateways = { home: { ...GATEWAY_ARGS, tailnets: { work: WORK } } };

/** Outputs of the ready-made program that a preview knows, and the URN that each HostState is given. */
async function previewed() {
  const urns: Record<string, unknown> = {};
  const outputs: Record<string, string> = {};
  await pulumi.runtime.setMocks(
    {
      // in a preview, what a provider finds out is not there
      newResource({ name, type, inputs }) {
        if (type.endsWith(":HostState")) urns[name] = inputs.__urn;
        return { id: undefined, state: inputs };
      },
      call: () => ({}),
    },
    "home",
    "prod",
    true,
  );
  await pulumi.runtime.runInPulumiStack(async () => {
    const { home } = gatewaysFrom(gateways, { "home/work/authKey": "tskey-1" });
    const work = home?.tailnets.work;
    const all = { primary: home?.gateway.primaryAddress, url: work?.socks?.url, tryIt: work?.socks?.tryIt };
    const named = { ...all, suffix: work?.dns?.suffix, name: work?.tailnet.dnsName };
    for (const [name, value] of Object.entries(named))
      value?.apply((text) => {
        outputs[name] = text;
      });
  });
  await pulumi.runtime.disconnect();
  return { urns, outputs };
}

describe("a preview", () => {
  let preview: Awaited<ReturnType<typeof previewed>>;
  beforeAll(async () => {
    preview = await previewed();
  });

  it("knows the outputs that arguments decide, and no other", () => {
    expect(preview.outputs).toEqual({
      primary: "100.64.0.10",
      url: "socks5h://100.64.0.10:11080",
      tryIt: "curl -x socks5h://100.64.0.10:11080 http://100.100.100.100/api/data",
      suffix: "work",
    });
  });

  it("gives each HostState its own URN, so that the provider's lines are shown at it", () => {
    expect(preview.urns).toEqual({
      "home-gateway": expect.stringMatching(/G::home-gateway$/),
      "home-work-tailnet": "G$N::home-work-tailnet",
      "home-work-socks": expect.stringMatching(/N\$S::home-work-socks$/),
      "home-work-dns": expect.stringMatching(/N\$D::home-work-dns$/),
    });
  });
});
