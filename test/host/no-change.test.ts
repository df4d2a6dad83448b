import type { Lab } from "../lab/index.ts";
import { LAB, type Way, WORK } from "../lab/proofs.ts";
import { differences } from "./differences.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";
import { type Cost, Wiretap } from "./wiretap.ts";

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

/** Their servers do not keep to the tailnet by themselves. */
const GUARDED = EIGHT.filter(({ server }) => server !== "dante");

/** One file of each resource, in words of the previews. */
const ONE_EACH: Readonly<Record<string, string>> = {
  "home-gateway": "/etc/tsproxy/zones.d/00-rest.zone",
  ...Object.fromEntries(
    EIGHT.flatMap(({ name, server }) => [
      [`home-${name}-tailnet`, `/etc/tsproxy/${name}/zones.d/00-rest.zone`],
      [
        `home-${name}-socks`,
        `/etc/tsproxy/${name}/socks/${server === "dante" ? "danted.conf" : "sing-box.json"}`,
      ],
      [`home-${name}-dns`, `/etc/tsproxy/zones.d/${name}.zone`],
    ]),
  ),
};

/** TCP, SSH's key exchange and login, the shell's channel and the first program. */
const FIRST_PROGRAM = 10;
/** A look and an apply. */
const WAVE = 2;
/** The gateway's own forwarding, and the namespaces of all tailnets. */
const KERNEL_WAVES = 2;
/** A login that confirms one of these; nothing waits for it but the end of the wave. */
const CONFIRMATION = 5;

/** Of the nodes of the gateway, as the control servers list them. */
async function addressesOf({ controls }: Lab): Promise<Record<string, readonly string[]>> {
  const listed = EIGHT.map(async ({ name, tailnet }) => {
    const node = (await controls[tailnet].nodes()).find((candidate) => candidate.name === `home-${name}`);
    return [`home/${name}`, node?.ipAddresses ?? []] as const;
  });
  return Object.fromEntries(await Promise.all(listed));
}

/** Counts do not depend on the machine, so they are what is promised: docs/speed.md says how they are made. */
onLaboratory("eight tailnets", "quiet", (bench) => {
  let stack: Stack;
  let tap: Wiretap;
  const through = (ways: readonly Way[]) =>
    bench().configurations.of(ways, {
      gateway: { ssh: { host: "127.0.0.1", port: tap.port, hostKey: bench().lab.hosts.gateway.hostKey } },
    });
  const costOf = async (
    work: () => Promise<unknown>,
  ): Promise<Cost & { readonly logins: number; readonly channels: number }> => {
    const { lab } = bench();
    const mark = await lab.mark("gateway");
    tap.count();
    await work();
    const { connections: logins, sessions: channels } = await lab.connections("gateway", mark);
    return { ...tap.count(), logins, channels };
  };
  const refresh = async (...more: string[]) => succeeded(await stack.refresh("--expect-no-changes", ...more));
  // a slow machine adds keep-alives, which are no round trips of the refresh: the least of three counts
  const refreshCost = async () => {
    const costs = [await costOf(refresh), await costOf(refresh), await costOf(refresh)];
    return costs.reduce((least, cost) => (cost.roundTrips < least.roundTrips ? cost : least));
  };

  beforeAll(async () => {
    tap = await Wiretap.open(bench().lab.hosts.gateway.address);
    stack = await bench().open(await through(EIGHT));
  });
  afterAll(() => tap?.close());

  it("are set up on a bare host in four waves over one channel", async () => {
    const cost = await costOf(async () => succeeded(await stack.up("--parallel", "32")));
    // the two others show that the host can be reached after the changes in the kernel
    expect(cost).toMatchObject({ connections: 1 + KERNEL_WAVES, logins: 1 + KERNEL_WAVES, channels: 1 });
    expect(cost.roundTrips).toBeLessThanOrEqual(FIRST_PROGRAM + 4 * WAVE + KERNEL_WAVES * CONFIRMATION);
    const { nodeAddresses } = await stack.outputs();
    expect(nodeAddresses).toEqual(await addressesOf(bench().lab));
  }, 300_000);

  it("are looked at with one program: 12 round trips, 60 kB, 10 processes, 3 for each and 1 for each guard", async () => {
    const cost = await refreshCost();
    const processes = await bench().lab.processes("gateway", refresh);
    expect(cost).toMatchObject({ connections: 1, logins: 1, channels: 1 });
    expect(cost.roundTrips).toBeLessThanOrEqual(12);
    expect(cost.bytes).toBeLessThanOrEqual(60_000);
    expect(processes).toBeLessThanOrEqual(10 + 3 * EIGHT.length + GUARDED.length);
  }, 300_000);

  it.each(["1", "16", "1000"])("use one channel of one connection with --parallel %s", async (parallel) => {
    const cost = await costOf(() => refresh("--parallel", parallel));
    expect(cost).toMatchObject({ connections: 1, logins: 1, channels: 1 });
  });

  it("take at most 41 kB of state each, without where in the program Pulumi saw them made", async () => {
    const resources = JSON.parse(await stack.export()).deployment.resources as { readonly urn: string }[];
    const ofWork = resources.filter(({ urn }) => /::home-work(?:-|$)/.test(urn));
    expect(ofWork).toHaveLength(6);
    // paths of the checkout: as long as wherever it lies
    const noPaths = (key: string, value: unknown) =>
      /^(sourcePosition|stackTrace)$/.test(key) ? undefined : value;
    const size = ofWork.reduce((sum, resource) => sum + JSON.stringify(resource, noPaths).length, 0);
    expect(size).toBeLessThanOrEqual(41_000);
  });

  it("are left as they are when nothing differs", async () => {
    const { lab } = bench();
    const marks = () =>
      lab.mustExec("gateway", "find /etc /usr/local /var/lib/tsproxy -printf '%p %i %m %T@ %C@\\n' | sort");
    const before = { files: await marks(), processes: await lab.mainPids("gateway") };
    expect(before.files.split("\n").length).toBeGreaterThan(100);
    expect(before.processes).toHaveProperty(["tsproxy-work-tailscaled.service"]);
    expect(succeeded(await stack.up("--expect-no-changes"))).toContain("51 unchanged");
    await refresh();
    expect({ files: await marks(), processes: await lab.mainPids("gateway") }).toEqual(before);
  });

  it("show drift of 25 resources over one connection, and each is mended", async () => {
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
    await refresh();
  }, 300_000);

  it("cost one look and one apply when one setting of one changes", async () => {
    await stack.configure(await through(EIGHT.map((way) => (way === LAB ? { ...way, port: 11099 } : way))));
    const cost = await costOf(async () => succeeded(await stack.up("--parallel", "32")));
    expect(cost).toMatchObject({ connections: 1, logins: 1, channels: 1 });
    expect(cost.roundTrips).toBeLessThanOrEqual(13);
  });

  it("are looked at with as many round trips as one", async () => {
    const eight = await refreshCost();
    await stack.configure(await through([WORK]));
    succeeded(await stack.up());
    const one = await refreshCost();
    expect(Math.abs(eight.roundTrips - one.roundTrips)).toBeLessThanOrEqual(1);
  }, 300_000);
});
