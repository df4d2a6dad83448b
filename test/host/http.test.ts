import { LAB, proofsOf, reached, type Way, WORK } from "../lab/proofs.ts";
import { until } from "../lab/waiting.ts";
import { failures } from "./failures.ts";
import { onLaboratory, succeeded } from "./on-laboratory.ts";
import type { Stack } from "./stack.ts";

/** One of each server. */
const WITHOUT_LOGINS: Way[] = [WORK, LAB];

const WITH_LOGINS: Way[] = [
  { ...WORK, login: "ann:Of-ann-1234567" },
  { ...LAB, login: "bob:Of-bob-1234567" },
];

const WITH_ANOTHER_PASSWORD = WITH_LOGINS.map((way) => ({ ...way, login: `${way.login}8` }));

/** Never a password here; the journal must not have it either. */
const WRONG = "Wrong-1234567";

onLaboratory("a port for SOCKS and HTTP", "http", (bench) => {
  let stack: Stack;

  const configured = (ways: readonly Way[]) => bench().configurations.of(ways);
  const change = async (ways: readonly Way[]) => {
    await stack.configure(await configured(ways));
    return succeeded(await stack.up());
  };
  const all = (ways: readonly Way[]) =>
    ways.flatMap((way) => reached(bench().lab.hosts.gateway.tailnetAddress, way));
  /** What curl says to a login: status of the HTTP proxy, or its own. */
  const said = async (scheme: string, login: string, { port, site, suffix }: Way) => {
    const proxy = `${scheme}://${login}${bench().lab.hosts.gateway.tailnetAddress}:${port}`;
    const ask = `curl -s -m 9 -o /dev/null -w '%{http_code}' -x ${proxy} http://${site}.${suffix}/; echo " $?"`;
    return (await bench().lab.mustExec("client", ask)).trim();
  };

  it("is made", async () => {
    stack = await bench().open(await configured(WITHOUT_LOGINS));
    succeeded(await stack.up());
  });

  it("reaches and refuses the same in both protocols, beside a port of the other server", async () => {
    const { lab } = bench();
    expect(await failures(lab, proofsOf(lab, WITHOUT_LOGINS))).toEqual([]);
  });

  it("asks for logins where there are users, of either server", async () => {
    const [both, socks] = WITH_LOGINS;
    if (both === undefined || socks === undefined) throw new Error("two ways");
    await change(WITH_LOGINS);
    expect(await failures(bench().lab, all(WITH_LOGINS))).toEqual([]);
    expect(await said("http", "", both)).toBe("407 0");
    expect(await said("http", `ann:${WRONG}@`, both)).toBe("407 0");
    expect(await said("http", `nosuch:${WRONG}@`, both)).toBe("407 0");
    for (const way of WITH_LOGINS) {
      expect(await said("socks5h", "", way)).toBe("000 97");
      expect(await said("socks5h", `ann:${WRONG}@`, way)).toBe("000 97");
    }
    succeeded(await stack.refresh("--expect-no-changes"));
  });

  /** Clients that curl leaves connected; it stays itself until its standard input ends. */
  const sessions = ({ port }: Way) =>
    `ss -Htn state established 'dst ${bench().lab.hosts.gateway.tailnetAddress}:${port}'`;

  it("keeps its sessions when the firewall of the host is reloaded", async () => {
    const { lab } = bench();
    const gateway = lab.hosts.gateway.tailnetAddress;
    for (const { name, port, site, suffix, login } of WITH_LOGINS) {
      const curl = `curl -s -N -x socks5h://${login}@${gateway}:${port} telnet://${site}.${suffix}:22`;
      const held = `${curl} < <(sleep 100) >/tmp/${name}.heard`;
      await lab.mustExec("client", `setsid bash -c '${held}' >/dev/null 2>&1 &`);
      const heard = async () => (await lab.exec("client", `grep -q SSH /tmp/${name}.heard`)).code === 0;
      await until(`a session in ${name}`, heard, 10_000, curl);
    }
    const processes =
      "systemctl show -P InvocationID 'tsproxy-*-socks.service' 'tsproxy_sockslogins-*.service'";
    const before = await lab.mustExec("gateway", processes);
    await lab.mustExec("gateway", "systemctl reload tsproxy_forwarding.service");
    const isDone = async () => (await lab.mustExec("gateway", "systemctl list-jobs")).startsWith("No jobs");
    await until("what follows the reload", isDone, 20_000, "systemctl list-jobs");
    expect(await lab.mustExec("gateway", processes)).toBe(before);
    for (const way of WITH_LOGINS) expect(await lab.mustExec("client", sessions(way))).not.toBe("");
    expect(await failures(lab, all(WITH_LOGINS))).toEqual([]);
  });

  it("ends all sessions when a password changes, and lets in by the new one", async () => {
    const { lab } = bench();
    await change(WITH_ANOTHER_PASSWORD);
    for (const way of WITH_LOGINS) {
      const isOver = async () => (await lab.mustExec("client", sessions(way))) === "";
      await until(`the session in ${way.name} to end`, isOver, 10_000, sessions(way));
    }
    expect(await failures(lab, all(WITH_ANOTHER_PASSWORD))).toEqual([]);
    for (const way of WITH_LOGINS) expect(await said("socks5h", `${way.login}@`, way)).toBe("000 97");
  });

  it("has no password in the journal, in processes or in what others may read", async () => {
    const search = `grep -rlE 'Of-(ann|bob)-[1]|[W]rong-1' /run /etc /tmp /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null | xargs -r stat -c '%a %n'`;
    expect((await bench().lab.exec("gateway", search)).stdout.split("\n").filter(Boolean).sort()).toEqual([
      "600 /etc/tsproxy/lab/socks/users/bob",
      "600 /etc/tsproxy/work/socks/users/ann",
      "600 /run/tsproxy_sockslogins-work/logins",
    ]);
    const journal = await bench().lab.mustExec("gateway", "journalctl -q -o cat --no-pager");
    expect(journal).not.toMatch(new RegExp(`Of-(ann|bob)-1|${WRONG}`));
  });

  it("is removed without a trace", async () => {
    succeeded(await stack.destroy());
    const left = "ls -d /etc/tsproxy /run/tsproxy* /usr/local/lib/tsproxy 2>/dev/null";
    expect((await bench().lab.exec("gateway", left)).stdout).toBe("");
  });
});
