import fc from "fast-check";
import { linesOf } from "../../../providers/engine/footprint.ts";
import { observedOf, sectionsOf } from "../../../providers/engine/observation.ts";
import { digestOf } from "../../../providers/engine/outline.ts";
import { tailnetFactsOf } from "../../../providers/engine/tailnet-facts.ts";
import { EMPTY, facts } from "./make.ts";

/** What a Debian 12 printed; only digests are shortened to words that show whose they are. */
const D = (of: string) => digestOf(of);
const TRANSCRIPT = `Linux banner of an over-friendly login
= begin 0123
= finding 2 eth0 has 192.0.2.7
= finding 4 
= manifests
tailnet-work.manifest
 tsproxy 1 home prod 1a2b
 file /etc/tsproxy/work/file
 unit tsproxy-work.service clean /etc/tsproxy/netns check work
 download /usr/local/lib/tsproxy/tool-1.0 tool
broken.manifest
 what is this

gateway.manifest
 tsproxy 1 other dev -
 package curl
= host
x86_64
= files
81a4 0:0 5:1764000000.500 /etc/tsproxy/work/file
8180 0:0 9:1764000001 /etc/tsproxy/work/key
a1ff 0:0 9:1764000002 /etc/systemd/system/masked.service
41ed 1000:1000 4096:1764000003 /etc/tsproxy/work
8fff 0:33 0:0 /etc/odd
6180 0:6 0:0 /dev/disk
81ed 0:0 99:1764000004 /usr/local/lib/tsproxy/tool-1.0/tool
81a4 0:0 13:1764000006.125 /run/tsproxy/tsproxy-work.service.started
81a4 0:0 1:1764000007.250 /run/tsproxy/tsproxy-work.service.reloaded
= digests
${D("a")}  /etc/tsproxy/work/file
${D("b")}  /etc/tsproxy/work/key
${D("c")}  /etc/systemd/system/masked.service
= downloads
/usr/local/lib/tsproxy/tool-1.0 ${D("archive")}
/usr/local/lib/tsproxy/tool-1.0 tool 99:1764000004
= units
Id=tsproxy-work.service
LoadState=loaded
ActiveState=active
UnitFileState=enabled
NeedDaemonReload=no

Id=stale.service
LoadState=loaded
ActiveState=activating
UnitFileState=disabled
NeedDaemonReload=yes

Id=masked.service
LoadState=masked
ActiveState=failed
UnitFileState=masked
NeedDaemonReload=no

Id=orphan.service
LoadState=not-found
ActiveState=active
UnitFileState=
NeedDaemonReload=yes

Id=gone.service
LoadState=not-found
ActiveState=inactive
UnitFileState=
NeedDaemonReload=no
= stamps
tsproxy-work.service 0123456789ab -
= checks
/etc/tsproxy/netns check
work 2
lab 0
= packages
curl installed
dante-server not-installed
coredns config-files
= probes
 {"BackendState":"Running","HaveNodeKey":true,
 "TailscaleIPs":["100.64.0.1"],"Self":{"DNSName":"gateway-work.ts.example."},"MagicDNSSuffix":"ts.example","Health":[]}
@ /run/work.sock
@ /run/silent.sock
= end 0123
`;

const look = (output: string) => observedOf(sectionsOf(output), ["file /etc/asked"]);

describe("a recorded look", () => {
  const seen = look(TRANSCRIPT);

  it("tells the kind, mode, owner and digest of files", () => {
    expect(seen.files).toEqual({
      "/etc/tsproxy/work/file": {
        kind: "file",
        mode: "0644",
        owner: "0:0",
        stat: "5:1764000000",
        changedAt: 1764000000.5,
        digest: D("a"),
      },
      "/etc/tsproxy/work/key": {
        kind: "file",
        mode: "0600",
        owner: "0:0",
        stat: "9:1764000001",
        changedAt: 1764000001,
        digest: D("b"),
      },
      "/etc/systemd/system/masked.service": {
        kind: "link",
        mode: "0777",
        owner: "0:0",
        stat: "9:1764000002",
        changedAt: 1764000002,
        digest: null,
      },
      "/etc/tsproxy/work": {
        kind: "directory",
        mode: "0755",
        owner: "1000:1000",
        stat: "4096:1764000003",
        changedAt: 1764000003,
        digest: null,
      },
      "/etc/odd": { kind: "file", mode: "7777", owner: "0:33", stat: "0:0", changedAt: 0, digest: null },
      "/dev/disk": { kind: "other", mode: "0600", owner: "0:6", stat: "0:0", changedAt: 0, digest: null },
      "/usr/local/lib/tsproxy/tool-1.0/tool": {
        kind: "file",
        mode: "0755",
        owner: "0:0",
        stat: "99:1764000004",
        changedAt: 1764000004,
        digest: null,
      },
    });
  });

  it("tells the states of units that are known or run", () => {
    expect(seen.units).toEqual({
      "tsproxy-work.service": {
        active: "active",
        enabled: true,
        masked: false,
        stale: false,
        started: "0123456789ab",
        reloaded: "",
        readAt: 1764000007.25,
        check: 2,
      },
      "stale.service": {
        active: "activating",
        enabled: false,
        masked: false,
        stale: true,
        started: "",
        reloaded: "",
        readAt: 0,
        check: null,
      },
      "masked.service": {
        active: "failed",
        enabled: false,
        masked: true,
        stale: false,
        started: "",
        reloaded: "",
        readAt: 0,
        check: null,
      },
      "orphan.service": {
        active: "active",
        enabled: false,
        masked: false,
        stale: true,
        started: "",
        reloaded: "",
        readAt: 0,
        check: null,
      },
    });
  });

  it("tells whose manifests there are", () => {
    expect(Object.keys(seen.manifests)).toEqual(["tailnet-work", "broken", "gateway"]);
    expect(seen.manifests["tailnet-work"]).toMatchObject({ project: "home", stack: "prod" });
    expect(linesOf(seen.manifests["tailnet-work"]!.footprint!)).toEqual([
      "download /usr/local/lib/tsproxy/tool-1.0 tool",
      "file /etc/tsproxy/work/file",
      "unit tsproxy-work.service clean /etc/tsproxy/netns check work",
    ]);
    expect(seen.manifests.gateway?.text).toBe("tsproxy 1 other dev -\npackage curl\n");
    expect(seen.manifests.broken).toEqual({
      project: "",
      stack: "",
      nonce: "",
      footprint: null,
      text: "what is this\n",
    });
  });

  it("keeps the nodes of different tailnets apart, whatever their probes are called", () => {
    const status = (state: string) => ` {"BackendState":"${state}","HaveNodeKey":true}`;
    const { probes } = look(
      `= probes\n${status("Running")}\n@ /run/a.sock\n${status("NeedsLogin")}\n@ /run/b.sock\n= end 0`,
    );
    expect(probes["/run/a.sock"]?.loggedIn).toBe(true);
    expect(probes["/run/b.sock"]?.loggedIn).toBe(false);
  });

  it("takes what a node says for that node's words only, whatever it says", () => {
    const word = fc.constantFrom(
      "@ /run/b.sock",
      "= units",
      "= end 0",
      `{"BackendState":"Running"}`,
      "",
      " ",
    );
    fc.assert(
      fc.property(fc.array(word), (words) => {
        const said = words.map((line) => ` ${line}\n`).join("");
        const other = ` {"BackendState":"NeedsLogin"}\n@ /run/b.sock\n`;
        for (const lines of [`${said}@ /run/a.sock\n${other}`, `${other}${said}@ /run/a.sock\n`]) {
          const { probes, units } = look(`= probes\n${lines}= end 0`);
          expect(Object.keys(probes).sort()).toEqual(["/run/a.sock", "/run/b.sock"]);
          expect(probes["/run/b.sock"]?.state).toBe("NeedsLogin");
          expect(units).toEqual({});
        }
      }),
    );
  });

  it("knows nothing of a node whose answer was cut before its end", () => {
    expect(look('= probes\n {"BackendState":"Running","HaveNodeKey":true}\n').probes).toEqual({});
  });

  it("tells packages, downloads, probes and findings", () => {
    expect(seen).toMatchObject({
      architecture: "x86_64",
      packages: ["curl"],
      downloads: {
        "/usr/local/lib/tsproxy/tool-1.0": { sha256: D("archive"), members: { tool: "99:1764000004" } },
      },
      probes: { "/run/work.sock": facts(), "/run/silent.sock": null },
      findings: [
        { requirement: 2, evidence: "eth0 has 192.0.2.7" },
        { requirement: 4, evidence: "" },
      ],
    });
  });

  it("says what it is the answer to", () => {
    expect(seen.answered).toEqual(
      expect.arrayContaining(["file /etc/asked", "file /etc/tsproxy/work/file", "package curl"]),
    );
    expect(seen.answered).not.toContain("file /etc/tsproxy/work/key");
  });

  it("reads the same after the steps of a change, whatever those printed", () => {
    const noise = "= doing start x\n= failed 1\n| = files\n| = units\n= step 2\n";
    expect(look(noise + TRANSCRIPT)).toEqual(seen);
    expect(look(`= files\n81a4 0:0 1:1 /etc/before\n= host\nother\n${TRANSCRIPT}`)).toEqual(seen);
  });
});

describe("a look that is not whole", () => {
  it("is read without a fault, wherever it was cut", () => {
    for (let length = 0; length <= TRANSCRIPT.length; length++) {
      expect(() => look(TRANSCRIPT.slice(0, length))).not.toThrow();
    }
  });

  it("is empty when it is garbage", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }).filter((text) => !/^= /m.test(text)),
        (garbage) => {
          expect(look(garbage)).toEqual({ ...EMPTY, architecture: "", answered: ["file /etc/asked"] });
        },
      ),
    );
  });

  it("is read without a fault when every section holds garbage", () => {
    const heading = fc.constantFrom(
      "manifests",
      "host",
      "files",
      "digests",
      "downloads",
      "units",
      "stamps",
      "checks",
      "packages",
      "probes",
      "finding 1",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(heading, fc.string({ unit: "binary" }))), (sections) => {
        look(sections.map(([name, text]) => `= ${name}\n${text}\n`).join(""));
      }),
    );
  });
});

describe("what a tailscaled says of itself", () => {
  const status = (parts: Record<string, unknown>) =>
    JSON.stringify({ BackendState: "Running", HaveNodeKey: true, ...parts });

  it.each([
    ["Running", true, true],
    ["Starting", true, true],
    ["Stopped", true, true],
    ["NoState", true, true],
    ["NoState", false, false],
    ["NeedsLogin", true, false],
    ["NeedsLogin", false, false],
    ["NeedsMachineAuth", true, false],
    ["Running", undefined, false],
  ])("in state %s with node key %s means logged in: %s", (BackendState, HaveNodeKey, loggedIn) => {
    expect(tailnetFactsOf(status({ BackendState, HaveNodeKey }))?.loggedIn).toBe(loggedIn);
  });

  it.each(["", "{", "Failed to connect to local Tailscale daemon", "\u0000"])(
    "is nothing when it says %j",
    (json) => {
      expect(tailnetFactsOf(json)).toBeNull();
    },
  );

  it.each(["null", "[]", '"text"', '{"Self":null,"TailscaleIPs":null,"Health":[1,null],"MagicDNSSuffix":7}'])(
    "has empty fields where %s has other ones",
    (json) => {
      expect(tailnetFactsOf(json)).toEqual(
        facts({ loggedIn: false, state: "", addresses: [], dnsName: "", suffix: "" }),
      );
    },
  );

  it("keeps the words of its health", () => {
    expect(tailnetFactsOf(status({ Health: ["not in map poll"] }))?.health).toEqual(["not in map poll"]);
  });
});
