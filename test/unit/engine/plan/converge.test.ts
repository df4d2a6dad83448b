import type { Host } from "../../../../providers/engine/host.ts";
import type { Desired } from "../../../../providers/engine/kinds/desired.ts";
import { NOTHING } from "../../../../providers/engine/kinds/desired.ts";
import type { HostPath, UnitName } from "../../../../providers/engine/kinds/names.ts";
import { converge } from "../../../../providers/engine/plan/converge.ts";
import type { Task } from "../../../../providers/engine/plan/task.ts";
import { OWNS_NOTHING, ownedBy } from "../../../../providers/engine/state/owned.ts";
import { raced, recorded } from "../../../fake/interference.ts";
import { FakeHost } from "../../../fake-host.ts";
import { desired, FILE, file, identity, UNIT, unit } from "../make.ts";

const UNIT_FILE: HostPath = `/etc/systemd/system/${UNIT}`;
const KEY: HostPath = "/etc/tsproxy/work/key";
const CONFIG: HostPath = "/etc/tsproxy/work/node.json";
const DAEMON: HostPath = "/etc/tsproxy/work/tailscaled";
const SOCKET: HostPath = "/run/tsproxy/work.sock";

const daemon = `[Service]
ExecStart=${DAEMON} --config=${CONFIG} --socket=${SOCKET}
ExecStartPost=-+/etc/tsproxy/stamp %n 51 71
LoadCredential=key:${KEY}
[Install]
WantedBy=multi-user.target
`;

/** A node of a tailnet: a daemon with a key, asked by a probe, logged out at the end. */
const NODE: Desired = desired({
  files: {
    [UNIT_FILE]: file(daemon),
    [KEY]: file({ secret: "key" }, "0600"),
    [CONFIG]: file("{}"),
    [DAEMON]: file("", "0755"),
  },
  units: { [UNIT]: unit({ started: "51", reloaded: "71" }) },
  probes: { work: { kind: "tailnet", socket: SOCKET, unit: UNIT, healthy: true } },
  leave: {
    kind: "tailnet-logout",
    program: DAEMON,
    socket: SOCKET,
    config: CONFIG,
    unit: UNIT,
    deadlineSeconds: 9,
  },
});

function task(parts: Partial<Task>): Task {
  return {
    identity,
    desired: NOTHING,
    secrets: { key: "tskey-right" },
    remembered: OWNS_NOTHING,
    isUntouched: () => false,
    adopt: false,
    last: false,
    ...parts,
  };
}

const leaving = (held: Desired) => task({ last: true, remembered: ownedBy(held), isUntouched: () => true });

describe("converging", () => {
  let host: FakeHost;
  let said: string[];
  beforeEach(() => {
    host = new FakeHost();
    said = [];
  });
  const run = (parts: Partial<Task>, on: Parameters<typeof converge>[0] = host) =>
    converge(on, task(parts), (line) => void said.push(line));

  it("returns what the host looks like at last", async () => {
    const seen = await run({ desired: NODE });
    expect(seen.probes[SOCKET]).toMatchObject({
      healthy: true,
      facts: { dnsName: "gateway-work.ts.example" },
    });
    expect(seen.units[UNIT]).toMatchObject({ active: "active", started: "51" });
  });

  it("makes one look and one change, and one look when it is repeated", async () => {
    const { host: watched, record } = recorded(host);
    await run({ desired: NODE }, watched);
    expect(record).toMatchObject({ looks: 1, applies: 1 });
    await run({ desired: NODE }, watched);
    expect(record).toMatchObject({ looks: 2, applies: 1 });
  });

  describe("a node", () => {
    it("with a wrong key is told in its own words, and the right key mends it", async () => {
      await expect(run({ desired: NODE, secrets: { key: "tskey-wrong" } })).rejects.toThrow(
        /cannot log in to tailnet work: the control server refuses the login: invalid key: API key does not exist \[[\s\S]*^ {2}hint: if the key was used before/m,
      );
      await run({ desired: NODE });
      expect(host.tailnet.isLoggedIn(SOCKET)).toBe(true);
    });

    it("that is not let in is told in its own words first, and with where a key comes from", async () => {
      const failed = { doing: `start ${UNIT}`, evidence: ["Job for it failed", "Active: failed"] };
      const failing: Host = {
        name: host.name,
        look: (question) => host.look(question),
        contents: (paths) => host.contents(paths),
        apply: async (order) => ({ ...(await host.apply(order)), failed }),
      };
      await expect(run({ desired: NODE, secrets: { key: "tskey-wrong" } }, failing)).rejects.toMatchObject({
        code: "step-failed",
        facts: {
          doing: "log in to tailnet work",
          because: "the control server refuses the login: invalid key: API key does not exist",
          evidence: ["tailscale: invalid key: API key does not exist", "Job for it failed", "Active: failed"],
          hint: "if the key was used before or has expired: make a new one in that tailnet, give it as authKey, and run the same command again",
        },
      });
    });

    it("that is logged in does not start again for a new key", async () => {
      await run({ desired: NODE });
      const start = host.systemd.startOf(UNIT);
      await run({ desired: NODE, secrets: { key: "tskey-next" } });
      expect(host.disk.text(KEY)).toBe("tskey-next");
      expect(host.systemd.startOf(UNIT)).toBe(start);
    });

    it("that was expelled logs in again", async () => {
      await run({ desired: NODE });
      host.tailnet.expel(SOCKET);
      const seen = await run({ desired: NODE });
      expect(seen.probes[SOCKET]?.healthy).toBe(true);
    });

    it("is logged out before its files go, once", async () => {
      const before = String(host);
      await run({ desired: NODE });
      const { host: watched, record } = recorded(host);
      await run(leaving(NODE), watched);
      expect(host.tailnet.isLoggedIn(SOCKET)).toBe(false);
      expect(record.steps.filter((step) => step.startsWith("log out"))).toHaveLength(1);
      expect(record.applies).toBe(1);
      expect(String(host)).toBe(before);
    });

    it("whose control server is away is removed all the same, with a warning", async () => {
      const before = String(host);
      await run({ desired: NODE });
      host.tailnet.isReachable = false;
      await run(leaving(NODE));
      expect(said).toEqual([
        "gateway.lan: the node could not be logged out and stays listed in its tailnet: timed out",
      ]);
      expect(String(host)).toBe(before);
    });
  });

  describe("a unit that does not start", () => {
    it("is told with evidence, what is done and what is left, and is mended by the next run", async () => {
      host.systemd.broken.add(UNIT);
      await expect(run({ desired: NODE })).rejects.toMatchObject({
        code: "step-failed",
        facts: {
          doing: `start ${UNIT}`,
          evidence: [expect.stringContaining("Main process exited")],
          done: [
            "note what belongs to tailnet-work",
            `write ${KEY}`,
            `write ${CONFIG}`,
            `write ${DAEMON}`,
            `write ${UNIT_FILE}`,
            `enable ${UNIT}`,
            "reload systemd",
          ],
          left: [],
        },
      });
      host.systemd.broken.clear();
      await run({ desired: NODE });
      expect(host.systemd.isActive(UNIT)).toBe(true);
    });

    it("can be removed", async () => {
      const before = String(host);
      host.systemd.broken.add(UNIT);
      await expect(run({ desired: NODE })).rejects.toThrow("step-failed");
      await run(leaving(NODE));
      expect(said).toEqual([expect.stringContaining("the node could not be logged out")]);
      expect(String(host)).toBe(before);
    });
  });

  it("waits for a unit that is on its way up", async () => {
    await run({ desired: NODE });
    host.systemd.dawdle(UNIT);
    const { host: watched, record } = recorded(host);
    await run({ desired: NODE }, watched);
    expect(record.steps).toEqual([`wait for ${UNIT}`]);
  });

  describe("packages", () => {
    const dns = desired({ packages: { coredns: { keepOff: ["coredns.service"] } } });

    it("never run what they bring and we do not want", async () => {
      await run({ desired: dns });
      expect(host.packages.installed.has("coredns")).toBe(true);
      expect(host.systemd.isActive("coredns.service")).toBe(false);
    });

    it("go without a trace", async () => {
      const before = String(host);
      await run({ desired: dns });
      await run(leaving(dns));
      expect(String(host)).toBe(before);
    });

    it("that were there stay", async () => {
      host.packages.installed.add("hello");
      const before = String(host);
      const wanted = desired({ packages: { hello: { keepOff: [] } } });
      await run({ desired: wanted });
      await run(leaving(wanted));
      expect(String(host)).toBe(before);
    });

    it("that do not exist are told in the words of apt", async () => {
      await expect(run({ desired: desired({ packages: { "no-such": { keepOff: [] } } }) })).rejects.toThrow(
        "| E: Unable to locate package no-such",
      );
    });
  });

  it("needs curl for a download, which may come in the same run", async () => {
    const url = "https://mirror.example/tool.tgz";
    host.internet[url] = { sha256: "aa", members: { tool: "ELF" } };
    const downloads = {
      "/opt/tool-1": { archives: { x86_64: { url, sha256: "aa" } }, members: { tool: "0755" } },
    } as const;
    await expect(run({ desired: desired({ downloads }) })).rejects.toThrow("curl: not found");
    await run({ desired: desired({ downloads, packages: { curl: { keepOff: [] } } }) });
    expect(host.disk.text("/opt/tool-1/tool")).toBe("ELF");
  });

  describe("a download that fails", () => {
    const url = "https://mirror.example/tool.tgz";
    const wanted = desired({
      packages: { curl: { keepOff: [] } },
      downloads: {
        "/opt/tool-1": { archives: { x86_64: { url, sha256: "aa" } }, members: { tool: "0755" } },
      },
    });

    it("because the file is another one is not to be used", async () => {
      host.internet[url] = { sha256: "bb", members: { tool: "ELF" } };
      await expect(run({ desired: wanted })).rejects.toThrow(
        /\n {2}\| https:\/\/mirror\.example\/tool\.tgz has sha256 bb, not aa\n(.*\n)* {2}hint: the file is not the one that was pinned: do not use it; if it is your own mirror's, pin it with `npx pulumi-tsproxy pin --mirror …`$/,
      );
    });

    it("because its server sends the host to another one is for the user to place elsewhere", async () => {
      host.internet[url] = { sha256: "aa", members: { tool: "ELF" }, at: "https://store.example/" };
      await expect(run({ desired: wanted })).rejects.toThrow(
        "hint: archives are fetched from the server that was named and no other: give a mirror that holds them itself",
      );
    });

    it("on its way is for the host to reach", async () => {
      await expect(run({ desired: wanted })).rejects.toThrow(
        "hint: the host itself downloads: check its way there, or give a mirror it can reach",
      );
    });
  });

  describe("things that are not the resource's", () => {
    const wanted = desired({ files: { [FILE]: file() } });
    const elsewhere = { ...identity, stack: "other" };
    const refusal = (text: string) => expect.objectContaining({ message: expect.stringContaining(text) });
    const oneStack = "hint: a host has one stack: add the tailnets to that stack, or destroy it there first";
    const adopt = "hint: remove them, choose another name, or set adopt: true";

    it("but another stack's send there, by name and by file", async () => {
      await run({ desired: wanted, identity: elsewhere });
      await expect(run({ desired: wanted })).rejects.toEqual(refusal(oneStack));
      await expect(run({ desired: wanted, identity: { ...identity, key: "tailnet-play" } })).rejects.toEqual(
        refusal(oneStack),
      );
    });

    it("but another resource's of the same stack, or nobody's, may be removed, renamed or adopted", async () => {
      await run({ desired: wanted, identity: { ...identity, key: "tailnet-play" } });
      await expect(run({ desired: wanted })).rejects.toEqual(refusal(adopt));
      host = new FakeHost();
      host.disk.makeParents(FILE);
      host.disk.write(FILE, "somebody's");
      await expect(run({ desired: wanted })).rejects.toEqual(refusal(adopt));
    });
  });

  describe("requirements", () => {
    const wanted = desired({
      files: { [FILE]: file() },
      requirements: [{ kind: "tun" }, { kind: "firewalls", interface: "tsp-+" }, { kind: "cgroup2" }],
    });

    it("that are not met are reported together, and nothing is changed", async () => {
      host.lacks.tun = "";
      host.lacks.cgroup2 = "";
      const before = String(host);
      await expect(run({ desired: wanted })).rejects.toThrow(
        /cannot set up tailnet-work: 2 requirement\(s\) are not met; nothing was changed \[requirements\]\n {2}\| \/dev\/net\/tun .*\n {2}\| cgroup v2 /,
      );
      expect(String(host)).toBe(before);
    });

    it("a secret without NUL is one of them, which a shell would drop", async () => {
      const secret = desired({ files: { [FILE]: file({ secret: "authKey" }, "0600") } });
      const before = String(host);
      await expect(run({ desired: secret, secrets: { authKey: "a\0b" } })).rejects.toThrow(
        /nothing was changed \[requirements\]\n {2}\| the secret authKey has a NUL character$/,
      );
      expect(String(host)).toBe(before);
    });

    it("do not stand in the way when nothing is to be changed", async () => {
      await run({ desired: wanted });
      host.lacks.tun = "";
      await expect(run({ desired: wanted })).resolves.toMatchObject({
        findings: [{ requirement: 0, evidence: "" }],
      });
    });

    it("do not stand in the way of a removal", async () => {
      await run({ desired: wanted });
      host.lacks.tun = "";
      await run(leaving(wanted));
      expect(host.disk.text(FILE)).toBeNull();
    });
  });

  it("gives up after four rounds against somebody who never stops", async () => {
    const theirs: UnitName = "theirs.service";
    let n = 0;
    await run({ desired: desired({ files: { [FILE]: file("a") } }) });
    const meddled = raced(host, () => host.disk.write(FILE, `${theirs} ${n++}`), 99);
    const { host: watched, record } = recorded(meddled);
    await expect(run({ desired: desired({ files: { [FILE]: file("b") } }) }, watched)).rejects.toMatchObject({
      code: "not-converging",
      facts: { left: [`write ${FILE}`] },
    });
    expect(record).toMatchObject({ looks: 1, applies: 4 });
  });
});
