import type { Host } from "../../../../providers/engine/host.ts";
import type { Identity } from "../../../../providers/engine/kinds/desired.ts";
import type { HostStateInputs } from "../../../../providers/engine/pulumi/inputs.ts";
import { create } from "../../../../providers/engine/pulumi/lifecycle.ts";
import { remove } from "../../../../providers/engine/pulumi/removal.ts";
import type { Connection, HostStateOutputs } from "../../../../providers/engine/state/outputs.ts";
import { plain } from "../../../fake/deployment.ts";
import { FakeHost } from "../../../fake-host.ts";
import { desired, file, identity } from "../make.ts";

const GATEWAY: Identity = { ...identity, key: "gateway", sweeps: true };
const silent = () => undefined;

function inputs(of: Identity): HostStateInputs<Connection> {
  return {
    connection: { host: "gateway.lan", hostKey: "ssh-ed25519 AAAA" },
    identity: of,
    desired: desired({ files: { [`/etc/tsproxy/${of.key}`]: file() } }),
    secrets: {},
    adopt: false,
  };
}

async function made(host: Host, of: Identity): Promise<HostStateOutputs<Connection>> {
  return plain((await create(() => host, inputs(of), silent)).outs);
}

/** Calls `once` after the next change that touches the resource `key`. */
function after(host: FakeHost, key: string, once: () => Promise<unknown>): Host {
  let isDone = false;
  return {
    name: host.name,
    look: (question) => host.look(question),
    contents: (paths) => host.contents(paths),
    async apply(order) {
      const applied = await host.apply(order);
      if (isDone || order.identity.key !== key) return applied;
      isDone = true;
      await once();
      return { ...applied, observed: await host.look({ ...order, requirements: [] }) };
    },
  };
}

describe("the removal of a gateway", () => {
  it("takes along what was created while it went", async () => {
    const host = new FakeHost();
    const before = String(host);
    const outs = await made(host, GATEWAY);
    await remove(() => after(host, "gateway", () => made(host, identity)), outs, silent);
    expect(String(host)).toBe(before);
  });

  it("leaves everything alone once another resource has taken the gateway over", async () => {
    const host = new FakeHost();
    const first = await made(host, GATEWAY);
    await made(host, GATEWAY);
    await made(host, identity);
    const before = String(host);
    await remove(() => host, first, silent);
    expect(String(host)).toBe(before);
  });
});
