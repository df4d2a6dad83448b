import type { Host } from "../../../../providers/engine/host.ts";
import type { ProbeAnswer } from "../../../../providers/engine/kinds/extension.ts";
import type { HostPath } from "../../../../providers/engine/kinds/names.ts";
import { read } from "../../../../providers/engine/pulumi/drift.ts";
import type { HostStateInputs } from "../../../../providers/engine/pulumi/inputs.ts";
import { create } from "../../../../providers/engine/pulumi/lifecycle.ts";
import { PulumiRun } from "../../../../providers/engine/pulumi/run.ts";
import type { Connection, HostStateOutputs } from "../../../../providers/engine/state/outputs.ts";
import { plain } from "../../../fake/deployment.ts";
import { FakeHost } from "../../../fake-host.ts";
import { answer, desired, identity, UNIT } from "../make.ts";

const SOCKET: HostPath = "/run/a.sock";

const ADDRESS = {
  kind: "address",
  address: "100.64.0.1",
  interface: "tailscale0",
  argument: "primaryAddress",
} as const;

const NEWS: HostStateInputs<Connection> = {
  connection: { host: "gateway.lan", hostKey: "" },
  identity,
  desired: desired({
    probes: { work: { kind: "echo", socket: SOCKET, unit: UNIT, healthy: true } },
    requirements: [{ kind: "root" }, ADDRESS],
  }),
  secrets: {},
  adopt: false,
};

/** A host on which a program answers, and what is asked of it. */
class Answering {
  answer: ProbeAnswer | null = answer();
  addresses: readonly string[] = [];
  readonly #fake = new FakeHost();

  readonly host: Host = {
    name: this.#fake.name,
    look: async (question) => {
      const observed = await this.#fake.look(question);
      return { ...observed, probes: { [SOCKET]: this.answer }, addresses: this.addresses };
    },
    apply: async (order) => {
      const applied = await this.#fake.apply(order);
      return { ...applied, observed: { ...applied.observed, probes: { [SOCKET]: this.answer } } };
    },
    contents: (paths) => this.#fake.contents(paths),
  };
}

describe("what a resource tells its component", () => {
  let said: string[];
  let there: Answering;
  beforeEach(() => {
    said = [];
    there = new Answering();
  });
  const say = (line: string) => void said.push(line);
  const made = async (): Promise<HostStateOutputs<Connection>> =>
    plain((await create(() => there.host, NEWS, say)).outs);
  const seen = async (olds: HostStateOutputs<Connection>) =>
    plain(await read(() => there.host, "id", olds, new PulumiRun(), say));

  it("is what the last look has seen, and no drift", async () => {
    const olds = await made();
    there.answer = answer({ facts: { state: "Running", addresses: ["100.64.0.9"] } });
    const facts = { ...olds.facts, probes: { work: { state: "Running", addresses: ["100.64.0.9"] } } };
    expect(await seen(olds)).toEqual({ id: "id", props: { ...olds, facts } });
  });

  it("is said where it is new, since Pulumi calls the resource unchanged", async () => {
    there.answer = answer({ facts: { name: "a", addresses: ["1", "2"], health: ["old"], state: "well" } });
    const olds = await made();
    there.answer = answer({
      facts: { name: "b", addresses: ["3"], health: [], state: "well", more: 1 },
      warnings: ["new"],
    });
    await seen(olds);
    expect(said).toEqual([
      "gateway.lan: tailnet-work: new",
      'gateway.lan: tailnet-work: addresses: "3", formerly "1", "2"',
      'gateway.lan: tailnet-work: health: nothing, formerly "old"',
      'gateway.lan: tailnet-work: name: "b", formerly "a"',
    ]);
  });

  it("is what was known of a program that does not answer", async () => {
    const olds = await made();
    there.answer = null;
    expect(await seen(olds)).toEqual({ id: "id", props: olds });
  });

  it("is as it was when nothing new was seen", async () => {
    const olds = await made();
    expect(await seen(olds)).toEqual({ id: "id", props: olds });
    expect(said).toEqual([]);
  });

  it("is seen of drift too", async () => {
    const olds = await made();
    there.answer = answer({ healthy: false, facts: { state: "NeedsLogin" } });
    expect(await seen(olds)).toMatchObject({
      props: { facts: { probes: { work: { state: "NeedsLogin" } } } },
    });
  });

  it("is warned of when it was made, and at each look", async () => {
    there.answer = answer({ warnings: ["its login ends"] });
    const olds = await made();
    await seen(olds);
    const warning = "gateway.lan: tailnet-work: its login ends";
    expect(said).toEqual([warning, warning]);
  });

  it.each([
    ["100.64.0.1", "another interface", ["lo 127.0.0.1", "tailscale0 100.64.0.1"], []],
    ["nothing", "no answer", [], []],
    ["100.64.0.9", "100.64.0.1", ["tailscale0 100.64.0.9", "eth0 100.64.0.1"], ["tailscale0 has 100.64.0.9"]],
    ["no address", "100.64.0.1", ["eth0 100.64.0.1"], ["tailscale0 has no address"]],
  ])(
    "is warned of when the host has %s in its primary tailnet, and not %s",
    async (_, __, addresses, found) => {
      const olds = await made();
      there.addresses = addresses;
      await seen(olds);
      expect(said).toEqual(
        found.map(
          (evidence) =>
            `gateway.lan: primaryAddress: 100.64.0.1 is not an address of tailscale0 (found: ${evidence}); join the primary tailnet first (tailscale up), or correct primaryAddress`,
        ),
      );
    },
  );
});
