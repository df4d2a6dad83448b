import { untilHolding } from "../host/back.ts";
import type { Variation } from "../host/laboratory-config.ts";
import { failed, LONG_MS, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import { Stack, type StackConfig } from "../host/stack.ts";
import { compareSnapshots, type Snapshot } from "../lab/index.ts";
import { LAB, reached, type Way, WORK } from "../lab/proofs.ts";

/** The tailnet of the same name, which the second operator means to have in another control server's. */
const THEIRS: Way = { ...LAB, name: WORK.name, suffix: "theirs" };

interface Pair {
  readonly what: string;
  /** Of the second operator; the first one's are `work`, with gateway `home`. */
  readonly gateway: "home" | "house";
  readonly way: Way;
}

const PAIRS: readonly Pair[] = [
  { what: "a gateway of one name and different tailnets", gateway: "home", way: LAB },
  { what: "gateways of different names and a tailnet of one name", gateway: "house", way: THEIRS },
];

onLaboratory("two operators of one host, each with a state of their own", "two", (bench) => {
  const adopting: Variation = { gateway: { adopt: true } };
  let before: Snapshot;
  let first: Stack;
  let second: Stack;
  jest.setTimeout(LONG_MS);

  /** Both states have the same names of project and stack, as two people have who follow the same guide. */
  const open = async (config: StackConfig) => {
    const stack = await Stack.open("mine", config);
    opened.push(stack);
    return stack;
  };
  const opened: Stack[] = [];
  afterAll(() => {
    for (const stack of opened) stack.remove();
  });

  const configOf = async (ways: readonly Way[], gateway: string, more: Variation = {}) =>
    renamed(await bench().configurations.of(ways, more), gateway);
  // a node that was logged out stays listed, so that the next one has another name there
  const holds = (way: Way) =>
    untilHolding(bench().lab, reached(bench().lab.hosts.gateway.tailnetAddress, way));
  const processes = () => bench().lab.mainPids("gateway");
  const untouched = async () => {
    const differences = compareSnapshots(before, await bench().lab.snapshot("gateway"));
    expect(differences.filter((line) => !line.startsWith("mount /run/netns:"))).toEqual([]);
  };

  beforeAll(async () => {
    before = await bench().lab.snapshot("gateway");
  });

  describe.each(PAIRS)("$what", ({ gateway, way }) => {
    beforeAll(async () => {
      [first, second] = [
        await open(await configOf([WORK], "home")),
        await open(await configOf([way], gateway)),
      ];
    });

    it("leaves all to the first, whatever the second runs, until the first is gone", async () => {
      succeeded(await first.up());
      await holds(WORK);
      const running = await processes();
      expect(failed(await second.up())).toContain("belongs to another state of ");
      succeeded(await second.refresh());
      succeeded(await second.destroy());
      expect(await processes()).toEqual(running);
      succeeded(await first.refresh("--expect-no-changes"));
      await holds(WORK);
      succeeded(await first.destroy());
      await untouched();
    });

    it("gives the host to the second once the first has left it, whatever the first runs then", async () => {
      expect(succeeded(await second.up())).not.toContain("belongs to another state");
      await holds(way);
      const running = await processes();
      expect(failed(await first.up())).toContain("belongs to another state of ");
      succeeded(await first.refresh());
      succeeded(await first.destroy());
      expect(await processes()).toEqual(running);
      succeeded(await second.refresh("--expect-no-changes"));
      await holds(way);
      succeeded(await second.destroy());
      await untouched();
    });

    it("lets the second adopt, and the first one's destroy, which comes first, takes nothing of that", async () => {
      succeeded(await first.up());
      await second.configure(await configOf([way], gateway, adopting));
      succeeded(await second.up());
      await holds(way);
      succeeded(await first.refresh());
      succeeded(await first.destroy());
      await holds(way);
      succeeded(await second.refresh("--expect-no-changes"));
      // what the first one had, and the second had not adopted, stays until a program with it is told to adopt it
      const all = way.name === WORK.name ? [way] : [WORK, way];
      await second.configure(await configOf(all, gateway, adopting));
      succeeded(await second.up());
      succeeded(await second.destroy());
      await untouched();
    });
  });
});

/** The same with a gateway of another name. */
function renamed({ gateways, secrets }: StackConfig, name: string): StackConfig {
  const rekeyed = <T>(tree: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(tree).map(([key, value]) => [key.replace(/^home/, name), value]));
  if (typeof gateways !== "object" || gateways === null) throw new Error("there are no gateways");
  return { gateways: rekeyed({ ...gateways }), secrets: rekeyed(secrets) };
}
