import { LAB, proofsOf, WORK } from "../lab/proofs.ts";
import { failures } from "./failures.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

onLaboratory("one pulumi up", "main", (bench) => {
  let stack: Stack;
  const proofs = () => proofsOf(bench().lab, [WORK, LAB]);
  it("finds a host with no tailnet behind it", async () => {
    const before = ["work: by address", "lab: by address"];
    const chosen = proofs().filter(({ says }) => before.includes(says));
    expect(await failures(bench().lab, chosen)).toEqual([
      'work: by address: expected office 10.0.0.50, got ""',
      'lab: by address: expected plant 10.0.0.50, got ""',
    ]);
  });

  it("makes a bare host a gateway between tailnets with the same addresses", async () => {
    const { lab, configurations, open } = bench();
    stack = await open(await configurations.of([WORK, LAB]));
    const output = succeeded(await stack.up());
    expect(output).toContain("+ 15 created");
    expect(await failures(bench().lab, proofs())).toEqual([]);
    expect((await lab.controls.work.nodes()).map(({ name }) => name)).toEqual(["office", "home-work"]);
    expect((await lab.controls.lab.nodes()).map(({ name }) => name)).toEqual(["plant", "home-lab"]);
  });

  it("gives a line for each SOCKS port that tells, as it is pasted, as whom and in which tailnet it speaks", async () => {
    const { lab } = bench();
    const { tryIt } = await stack.outputs();
    expect(tryIt).toEqual({ "home/work": expect.any(String), "home/lab": expect.any(String) });
    for (const [name, line] of Object.entries(tryIt ?? {})) {
      const { DeviceName, TailnetName } = JSON.parse(await lab.mustExec("client", String(line)));
      expect(`${DeviceName} in ${TailnetName}`).toBe(`${name.replace("/", "-")} in ${name.slice(5)}.example`);
    }
  });

  it("keeps questions about its suffixes from the internet's name server", async () => {
    const { lab } = bench();
    const mark = await lab.mark("mirror");
    await lab.exec("client", questions(lab.hosts.gateway.tailnetAddress));
    const asked = await lab.dnsQuestions(mark);
    expect(asked).toContain("control.internet");
    expect(asked.filter((name) => /(^|\.)(work|lab)$|nosuch|^office|^plant|10\.0\.0\.50/.test(name))).toEqual(
      [],
    );
  });
});

/** All that a curious client asks, over DNS and SOCKS; and one question that is no secret. */
function questions(gateway: string): string {
  const names = [
    "10.0.0.50",
    "office",
    "nosuch",
    "deep.nosuch",
    "office.nosuch",
    "127.0.0.1",
    "_tcp.nosuch",
    "1.2.3",
  ];
  const types = ["A", "AAAA", "MX", "TXT", "SRV", "HTTPS", "ANY", "PTR"];
  const suffixes = ["work", "lab"];
  const digs = suffixes.flatMap((suffix) => [
    ...names.flatMap((name) => types.map((type) => `${name}.${suffix} ${type}`)),
    ...types.map((type) => `${suffix} ${type}`),
  ]);
  const proxied = [WORK, LAB].flatMap(({ port, suffix }) =>
    ["nosuch", "deep.nosuch", "office", "plant"].map(
      (name) => `curl -s -m 5 -x socks5h://${gateway}:${port} http://${name}.${suffix}/ >/dev/null`,
    ),
  );
  return [
    `dig @${gateway} +tries=1 +time=2 ${digs.join(" ")} >/dev/null`,
    ...proxied,
    "getent hosts control.internet",
  ].join("\n");
}
