import type { Lab, Outcome } from "../lab/index.ts";
import { LAB, reached, type Way, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { failures } from "./failures.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

const THIRD: Way = { name: "third", tailnet: "lab", site: "plant", port: 11082, suffix: "third" };
const MOVED: Way = { ...LAB, port: 11091 };
const RENAMED: Way = { ...MOVED, suffix: "factory" };

/** On office's LAN: an answer without end, until the client says that it is enough. */
const TRICKLE = `mkdir -p /srv/lan/cgi-bin
cat >/srv/lan/cgi-bin/trickle <<'END'
#!/bin/sh
printf 'Content-Type: text/plain\\r\\n\\r\\n'
line=0
while [ ! -e /tmp/enough ]; do
  line=$((line + 1))
  echo $line
  sleep 0.05
done
echo end
END
chmod 0755 /srv/lan/cgi-bin/trickle`;

onLaboratory("a change of one tailnet", "near", (bench) => {
  let stack: Stack;
  let download: Promise<Outcome>;
  const gateway = () => bench().lab.hosts.gateway.tailnetAddress;
  const configure = async (ways: readonly Way[]) => stack.configure(await bench().configurations.of(ways));

  /** Services whose process is another one after `change`. */
  async function restartedBy(change: () => Promise<unknown>): Promise<string[]> {
    const { lab } = bench();
    const before = await lab.mainPids("gateway");
    await change();
    const after = await lab.mainPids("gateway");
    return Object.keys({ ...before, ...after })
      .filter((unit) => before[unit] !== after[unit])
      .sort();
  }

  beforeAll(async () => {
    const { lab, configurations, open } = bench();
    await lab.mustExec("office", TRICKLE);
    stack = await open(await configurations.of([WORK, LAB]));
    succeeded(await stack.up());
    download = lab.exec(
      "client",
      `curl -sN -x socks5h://${gateway()}:${WORK.port} http://10.0.0.50/cgi-bin/trickle | tee /tmp/trickle`,
    );
    await until("the download to begin", async () => (await lines(lab)) > 3, 20_000, "curl on client");
  });

  it("adds a third tailnet and leaves the processes of the others alone", async () => {
    await configure([WORK, LAB, THIRD]);
    expect(await restartedBy(async () => succeeded(await stack.up()))).toEqual(
      ["dns", "domain", "relay", "socks", "tailscaled"].map((unit) => `tsproxy-third-${unit}.service`),
    );
    expect(
      await failures(
        bench().lab,
        [WORK, LAB, THIRD].flatMap((way) => reached(gateway(), way)),
      ),
    ).toEqual([]);
  });

  it("changes a port and restarts only the relay of that tailnet", async () => {
    await configure([WORK, MOVED, THIRD]);
    expect(await restartedBy(async () => succeeded(await stack.up()))).toEqual(["tsproxy-lab-relay.service"]);
    expect(
      await failures(
        bench().lab,
        [WORK, MOVED, THIRD].flatMap((way) => reached(gateway(), way)),
      ),
    ).toEqual([]);
    const old = await bench().lab.exec(
      "client",
      `curl -s -x socks5h://${gateway()}:${LAB.port} http://10.0.0.50/`,
    );
    expect(old).toMatchObject({ code: 7, stdout: "" });
  });

  it("renames a suffix and restarts nothing that carries a connection", async () => {
    await configure([WORK, RENAMED, THIRD]);
    expect(await restartedBy(async () => succeeded(await stack.up()))).toEqual([
      "tsproxy-lab-domain.service",
    ]);
    const { lab } = bench();
    expect(
      await failures(
        lab,
        [WORK, RENAMED, THIRD].flatMap((way) => reached(gateway(), way)),
      ),
    ).toEqual([]);
    expect(await lab.mustExec("client", `dig @${gateway()} 10.0.0.50.lab`)).toContain("status: REFUSED");
  });

  it("removes a tailnet and leaves nothing of it", async () => {
    await configure([WORK, THIRD]);
    const { lab } = bench();
    const gone = await restartedBy(async () => succeeded(await stack.up()));
    expect(gone).toEqual(
      ["dns", "domain", "relay", "socks", "tailscaled"].map((unit) => `tsproxy-lab-${unit}.service`),
    );
    const traces = `systemctl list-units --all --plain --no-legend 'tsproxy-lab-*' 'tsproxy_netns-lab*'
ls -d /etc/tsproxy/lab /var/lib/tsproxy-lab /run/tsproxy-lab /run/netns/tsp-lab 2>/dev/null
ls /var/lib/tsproxy /run/tsproxy | grep -w lab
ip -o link show dev tsp-lab 2>/dev/null
nft list tables | grep -w tsproxy_lab
grep -rl factory /etc/tsproxy`;
    expect((await lab.exec("gateway", traces)).stdout).toBe("");
    const asked = `dig @${gateway()} 10.0.0.50.${RENAMED.suffix}`;
    expect(await lab.mustExec("client", asked)).toContain("status: REFUSED");
    expect(
      await failures(
        lab,
        [WORK, THIRD].flatMap((way) => reached(gateway(), way)),
      ),
    ).toEqual([]);
  });

  it("never interrupts a download through another one", async () => {
    const { lab } = bench();
    const sofar = await lines(lab);
    await until("the download to go on", async () => (await lines(lab)) > sofar, 20_000, "curl on client");
    await lab.mustExec("office", "touch /tmp/enough");
    const { code, stdout } = await download;
    const received = stdout.trimEnd().split("\n");
    expect({ code, end: received.at(-1) }).toEqual({ code: 0, end: "end" });
    expect(received.slice(0, -1)).toEqual(received.slice(0, -1).map((_, index) => String(index + 1)));
  });
});

async function lines(lab: Lab): Promise<number> {
  return Number((await lab.exec("client", "wc -l </tmp/trickle")).stdout);
}
