import { failures } from "../host/failures.ts";
import { failed, onLaboratory, succeeded } from "../host/on-laboratory.ts";
import type { Stack, StackConfig } from "../host/stack.ts";
import { LAB, proofsOf, WORK } from "../lab/proofs.ts";

const WIPE = "rm -rf /etc/tsproxy /etc/systemd/system/tsproxy* && systemctl daemon-reload";

onLaboratory("a host whose files were wiped, and on which everything still runs", "wiped", (bench) => {
  let stack: Stack;
  const works = async () => {
    const { lab } = bench();
    succeeded(await stack.refresh("--expect-no-changes"));
    expect(await failures(lab, proofsOf(lab, [WORK, LAB]))).toEqual([]);
  };
  beforeAll(async () => {
    const { configurations, open } = bench();
    stack = await open(await configurations.of([WORK, LAB]));
    succeeded(await stack.up());
  });

  it("is repaired by one up --refresh", async () => {
    await bench().lab.mustExec("gateway", WIPE);
    succeeded(await stack.up("--refresh"));
    await works();
  });

  it("is refused to a state that does not know it, and repaired by one that adopts it", async () => {
    const { lab, configurations } = bench();
    await lab.mustExec("gateway", WIPE);
    succeeded(await stack.run(["state", "delete", "--all", "--force", "--yes"]));
    expect(failed(await stack.up())).toContain("gateway belongs to another state of ");
    await stack.configure(await configurations.of([WORK, LAB], { gateway: { adopt: true } }));
    succeeded(await stack.up());
    await works();
  });

  it("keeps its tailnets when its gateway gets another name, in an up --refresh", async () => {
    const { lab, configurations } = bench();
    const before = await lab.mainPids("gateway");
    await stack.configure(renamed(await configurations.of([WORK, LAB], { gateway: { name: "home" } })));
    expect(failed(await stack.up())).toContain("run `pulumi up --refresh`");
    succeeded(await stack.up("--refresh"));
    expect(await lab.mainPids("gateway")).toEqual(before);
    await works();
  });
});

/** The key of a gateway, and of its secrets. */
function renamed({ gateways, secrets }: StackConfig): StackConfig {
  const other = (text: string) => text.replace(/^home/, "house");
  const rekeyed = <T>(tree: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(tree).map(([key, value]) => [other(key), value]));
  if (typeof gateways !== "object" || gateways === null) throw new Error("there are no gateways");
  return { gateways: rekeyed({ ...gateways }), secrets: rekeyed(secrets) };
}
