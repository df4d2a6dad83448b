import type { Lab } from "../lab/index.ts";
import { LAB, type Way, WORK } from "../lab/proofs.ts";
import { differences } from "./differences.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";
import { Wiretap } from "./wiretap.ts";

const EIGHT: readonly Way[] = [
  WORK,
  LAB,
  ...[3, 4, 5, 6, 7, 8].map((number) => ({
    ...WORK,
    name: `t${number}`,
    suffix: `t${number}`,
    port: 11080 + number,
  })),
];

/** One file of each resource, in words of the previews. */
const ONE_EACH: Readonly<Record<string, string>> = {
  "home-gateway": "/etc/tsproxy/zones.d/00-rest.zone",
  ...Object.fromEntries(
    EIGHT.flatMap(({ name }) => [
      [`home-${name}-tailnet`, `/etc/tsproxy/${name}/zones.d/00-rest.zone`],
      [`home-${name}-socks`, `/etc/tsproxy/${name}/socks/danted.conf`],
      [`home-${name}-dns`, `/etc/tsproxy/zones.d/${name}.zone`],
    ]),
  ),
};

/** Of the nodes of the gateway, as the control servers list them. */
async function addressesOf({ controls }: Lab): Promise<Record<string, readonly string[]>> {
  const listed = EIGHT.map(async ({ name, tailnet }) => {
    const node = (await controls[tailnet].nodes()).find((candidate) => candidate.name === `home-${name}`);
    return [`home/${name}`, node?.ipAddresses ?? []] as const;
  });
  return Object.fromEntries(await Promise.all(listed));
}

onLaboratory("when nothing differs", "quiet", (bench) => {
  let stack: Stack;
  let tap: Wiretap;
  const through = (ways: readonly Way[]) =>
    bench().configurations.of(ways, {
      gateway: { ssh: { host: "127.0.0.1", port: tap.port, hostKey: bench().lab.hosts.gateway.hostKey } },
    });
  const counted = async () => {
    const { lab } = bench();
    const mark = await lab.mark("gateway");
    tap.count();
    succeeded(await stack.refresh("--expect-no-changes"));
    const { connections, sessions } = await lab.connections("gateway", mark);
    return { ...tap.count(), logins: connections, sessions };
  };
  // a slow machine adds keep-alives, which are no round trips of the refresh: the least of three counts
  const leastCounted = async () => {
    const counts = [await counted(), await counted(), await counted()];
    return counts.reduce((least, count) => (count.roundTrips < least.roundTrips ? count : least));
  };

  beforeAll(async () => {
    tap = await Wiretap.open(bench().lab.hosts.gateway.address);
    stack = await bench().open(await through([WORK, LAB]));
    succeeded(await stack.up());
  });
  afterAll(() => tap?.close());

  it("plans, writes and restarts nothing", async () => {
    const { lab } = bench();
    const marks = () =>
      lab.mustExec("gateway", "find /etc /usr/local /var/lib/tsproxy -printf '%p %i %m %T@ %C@\\n' | sort");
    const before = { files: await marks(), processes: await lab.mainPids("gateway") };
    expect(before.files.split("\n").length).toBeGreaterThan(100);
    expect(before.processes).toHaveProperty(["tsproxy-work-tailscaled.service"]);
    expect(succeeded(await stack.up("--expect-no-changes"))).toContain("15 unchanged");
    succeeded(await stack.refresh("--expect-no-changes"));
    expect({ files: await marks(), processes: await lab.mainPids("gateway") }).toEqual(before);
  });

  it("asks a host for a refresh over one connection, whatever the number of tailnets", async () => {
    const two = await leastCounted();
    await stack.configure(await through(EIGHT));
    expect(succeeded(await stack.up())).toMatch(/\+ 36 created/);
    const eight = await leastCounted();
    const { addresses } = await stack.outputs();
    expect(addresses).toEqual(await addressesOf(bench().lab));
    for (const { connections, logins, sessions } of [two, eight]) {
      expect({ connections, logins }).toEqual({ connections: 1, logins: 1 });
      expect(sessions).toBeGreaterThan(0);
      expect(sessions).toBeLessThanOrEqual(2);
    }
    expect(eight.roundTrips).toBeLessThanOrEqual(12);
    expect(Math.abs(eight.roundTrips - two.roundTrips)).toBeLessThanOrEqual(1);
  }, 300_000);

  it("reads drift of 25 resources over one connection and mends each", async () => {
    const { lab } = bench();
    const names = Object.keys(ONE_EACH);
    expect(names).toHaveLength(25);
    await lab.mustExec(
      "gateway",
      `for file in ${Object.values(ONE_EACH).join(" ")}; do echo "# strange" >>$file; done`,
    );
    tap.count();
    const seen = succeeded(await stack.preview("--refresh", "--diff"));
    expect(tap.count().connections).toBe(1);
    const shown = differences(seen);
    expect(Object.keys(shown).sort()).toEqual(names.sort());
    for (const [name, lines] of Object.entries(shown)) {
      const [file, line] = [ONE_EACH[name] ?? "", "# strange"];
      expect(lines).toEqual(["(update)", "~ desired", "~ files", `~ ${file}`, "~ content", `- ${line}`]);
    }
    succeeded(await stack.up("--refresh"));
    await lab.mustExec("gateway", `! grep -l strange ${Object.values(ONE_EACH).join(" ")}`);
    succeeded(await stack.refresh("--expect-no-changes"));
  }, 300_000);
});
