import fc from "fast-check";
import { digestOf } from "../../../../providers/engine/kinds/file.ts";
import { observedOf, sectionsOf } from "../../../../providers/engine/state/observed.ts";
import { linesOf } from "../../../../providers/engine/state/owned.ts";
import { answer, EMPTY } from "../make.ts";

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
81a4 0:0 5:1764000000 /etc/tsproxy/work/file
8180 0:0 9:1764000001 /etc/tsproxy/work/key
a1ff 0:0 9:1764000002 /etc/systemd/system/masked.service
41ed 1000:1000 4096:1764000003 /etc/tsproxy/work
8fff 0:33 0:0 /etc/odd
6180 0:6 0:0 /dev/disk
81ed 0:0 99:1764000004 /usr/local/lib/tsproxy/tool-1.0/tool
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
ActiveState=reloading
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
= probes echo
 well
@ /run/work.sock
 tired
@ /run/tired.sock
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
        digest: D("a"),
      },
      "/etc/tsproxy/work/key": {
        kind: "file",
        mode: "0600",
        owner: "0:0",
        stat: "9:1764000001",
        digest: D("b"),
      },
      "/etc/systemd/system/masked.service": {
        kind: "link",
        mode: "0777",
        owner: "0:0",
        stat: "9:1764000002",
        digest: null,
      },
      "/etc/tsproxy/work": {
        kind: "directory",
        mode: "0755",
        owner: "1000:1000",
        stat: "4096:1764000003",
        digest: null,
      },
      "/etc/odd": { kind: "file", mode: "7777", owner: "0:33", stat: "0:0", digest: null },
      "/dev/disk": { kind: "other", mode: "0600", owner: "0:6", stat: "0:0", digest: null },
      "/usr/local/lib/tsproxy/tool-1.0/tool": {
        kind: "file",
        mode: "0755",
        owner: "0:0",
        stat: "99:1764000004",
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
        check: 2,
      },
      "stale.service": {
        active: "activating",
        enabled: false,
        masked: false,
        stale: true,
        started: "",
        reloaded: "",
        check: null,
      },
      "masked.service": {
        active: "failed",
        enabled: false,
        masked: true,
        stale: false,
        started: "",
        reloaded: "",
        check: null,
      },
      "orphan.service": {
        active: "active",
        enabled: false,
        masked: false,
        stale: true,
        started: "",
        reloaded: "",
        check: null,
      },
    });
  });

  it("tells of manifests which gateway their resources stand on, where they say so", () => {
    const lines = ["one", "two", "none"].map((key) => `${key}.manifest`);
    const heads = [
      " tsproxy 1 home prod 1a2b",
      " tsproxy 2 home prod 1a2b 3c4d",
      " tsproxy 2 home prod 1a2b -",
    ];
    const output = ["= manifests", ...lines.flatMap((line, n) => [line, heads[n] ?? ""])].join("\n");
    const { manifests } = observedOf(sectionsOf(output), []);
    const gateways = Object.values(manifests).map(({ nonce, gateway }) => [nonce, gateway]);
    expect(gateways).toEqual([
      ["1a2b", null],
      ["1a2b", "3c4d"],
      ["1a2b", null],
    ]);
  });

  it("tells whose manifests there are", () => {
    expect(Object.keys(seen.manifests)).toEqual(["tailnet-work", "broken", "gateway"]);
    expect(seen.manifests["tailnet-work"]).toMatchObject({ project: "home", stack: "prod" });
    expect(linesOf(seen.manifests["tailnet-work"]!.owned!)).toEqual([
      "download /usr/local/lib/tsproxy/tool-1.0 tool",
      "file /etc/tsproxy/work/file",
      "unit tsproxy-work.service clean /etc/tsproxy/netns check work",
    ]);
    expect(seen.manifests.gateway?.text).toBe("tsproxy 1 other dev -\npackage curl\n");
    expect(seen.manifests.broken).toEqual({
      project: "",
      stack: "",
      nonce: "",
      gateway: null,
      owned: null,
      text: "what is this\n",
    });
  });

  it("tells packages, downloads, probes and findings", () => {
    expect(seen).toMatchObject({
      architecture: "x86_64",
      packages: ["curl"],
      downloads: {
        "/usr/local/lib/tsproxy/tool-1.0": { sha256: D("archive"), members: { tool: "99:1764000004" } },
      },
      probes: {
        "/run/work.sock": answer({ facts: { state: "well" } }),
        "/run/tired.sock": answer({ healthy: false, facts: { state: "tired" } }),
      },
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
      "probes echo",
      "finding 1",
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(heading, fc.string({ unit: "binary" }))), (sections) => {
        look(sections.map(([name, text]) => `= ${name}\n${text}\n`).join(""));
      }),
    );
  });
});

it.each([
  ["ended well", "success", "active"],
  ["failed", "exit-code", "activating"],
])(
  "a unit that %s, and that systemd is about to start anew, is no %s that has stopped",
  (_, result, active) => {
    const unit = `Result=${result}\nId=a.service\nLoadState=loaded\nActiveState=activating\nSubState=auto-restart`;
    const sections = sectionsOf(
      TRANSCRIPT.replace(
        "Id=gone.service\nLoadState=not-found",
        `${unit}\n\nId=gone.service\nLoadState=not-found`,
      ),
    );
    expect(observedOf(sections, []).units["a.service"]?.active).toBe(active);
  },
);
