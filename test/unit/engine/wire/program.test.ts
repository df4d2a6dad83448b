import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import type { Order } from "../../../../providers/engine/host.ts";
import { digestOf } from "../../../../providers/engine/kinds/file.ts";
import type { KernelObject } from "../../../../providers/engine/kinds/kernel-object.ts";
import type { HostPath, UnitName } from "../../../../providers/engine/kinds/names.ts";
import type { Precondition } from "../../../../providers/engine/kinds/requirement.ts";
import type { Step } from "../../../../providers/engine/plan/step.ts";
import { linesOf, OWNS_NOTHING } from "../../../../providers/engine/state/owned.ts";
import type { Shell } from "../../../../providers/engine/wire/shell.ts";
import { shellHost } from "../../../../providers/engine/wire/shell-host.ts";
import { alone } from "../../../alone.ts";
import { canSandbox, Sandbox } from "../../../fake/sandbox.ts";
import { EMPTY, FILE, identity } from "../make.ts";

const describeInSandbox = canSandbox ? describe : describe.skip;

describeInSandbox("the program on a real shell", () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = new Sandbox();
  });
  afterEach(() => sandbox.remove());

  const host = () => alone(shellHost(sandbox));
  const apply = (steps: readonly Step[], files: readonly HostPath[] = []) =>
    host().apply({ identity, steps, owned: { ...OWNS_NOTHING, files } });
  const write = (content: string, found = "absent", path: HostPath = FILE, mode = "0644"): Step => ({
    do: "write",
    path,
    mode,
    content,
    found,
  });
  const put = (path: string, text: string | Buffer, mode = 0o644) => {
    mkdirSync(dirname(sandbox.path(path)), { recursive: true });
    writeFileSync(sandbox.path(path), text);
    chmodSync(sandbox.path(path), mode);
  };
  const text = (path: string) => readFileSync(sandbox.path(path), "utf8");
  const there = () =>
    spawnSync("find", [".", "-not", "-path", "./run*", "-printf", "%p %m %l\n"], {
      cwd: sandbox.root,
      encoding: "utf8",
    })
      .stdout.split("\n")
      .sort();

  describe("looking", () => {
    it("at nothing on a host without manifests finds nothing", async () => {
      const seen = await host().look({ owned: OWNS_NOTHING, requirements: [] });
      const architecture = process.arch === "arm64" ? "aarch64" : "x86_64";
      expect(seen).toEqual({ ...EMPTY, architecture, addresses: expect.any(Array) });
    });

    it("sees which addresses the host has", async () => {
      const lines = [
        "1: lo    inet 127.0.0.1/8 scope host lo",
        "1: lo    inet6 ::1/128 scope host noprefixroute",
        "4: tailscale0    inet 100.64.0.1/32 scope global tailscale0",
        "4: tailscale0    inet6 fd7a:115c:a1e0::1/128 scope global",
        "4: tailscale0    inet6 fe80::1/64 scope link stable-privacy",
      ];
      put("/usr/local/bin/ip", `#!/bin/sh\ncat <<'EOF'\n${lines.join("\n")}\nEOF\n`, 0o755);
      const { addresses } = await host().look({ owned: OWNS_NOTHING, requirements: [] });
      expect(addresses).toEqual([
        "lo 127.0.0.1",
        "lo ::1",
        "tailscale0 100.64.0.1",
        "tailscale0 fd7a:115c:a1e0::1",
      ]);
    });

    it("sees files as they are", async () => {
      put(FILE, "text\n", 0o640);
      symlinkSync("/etc/passwd", sandbox.path("/etc/link"));
      const owned = { ...OWNS_NOTHING, files: [FILE, "/etc/absent", "/etc/link", "/etc/tsproxy"] as const };
      const { files } = await host().look({ owned, requirements: [] });
      expect(files).toEqual({
        [FILE]: {
          kind: "file",
          mode: "0640",
          owner: "0:0",
          stat: expect.stringMatching(/^5:\d+$/),
          digest: digestOf("text\n"),
        },
        "/etc/link": expect.objectContaining({ kind: "link", digest: null }),
        "/etc/tsproxy": expect.objectContaining({ kind: "directory", digest: null }),
      });
    });

    it("runs a check that manifest and question name just once", async () => {
      put("/etc/check", "#!/bin/sh\necho $* >>/run/checks\nshift\nfor n; do echo $n 2; done\n", 0o755);
      const owned = {
        ...OWNS_NOTHING,
        units: { "a.service": { clean: false, check: ["/etc/check", "x", "a"] } },
      } as const;
      put("/var/lib/tsproxy/k.manifest", ["tsproxy 1 p s n", ...linesOf(owned), ""].join("\n"));
      await host().look({ owned, requirements: [] });
      expect(text("/run/checks")).toBe("x a\n");
    });

    it("runs checks that differ in the name as one, and others beside them", async () => {
      put("/etc/check", "#!/bin/sh\necho check $* >>/run/checks\n", 0o755);
      put("/etc/other", "#!/bin/sh\necho other $* >>/run/checks\n", 0o755);
      const unit = (...check: string[]) => ({ clean: false, check });
      const units = {
        "a.service": unit("/etc/check", "x", "a"),
        "b.service": unit("/etc/other", "c"),
        "c.service": unit("/etc/check", "x", "b"),
        "d.service": unit("/etc/check", "a", "b", "a"),
        "e.service": unit("/etc/missing", "a"),
        "formerly-a.service": unit("/etc/check", "x", "a"),
      };
      await host().look({ owned: { ...OWNS_NOTHING, units }, requirements: [] });
      expect(text("/run/checks")).toBe("check x a b\nother c\ncheck a b a\n");
    });

    it("tells the stamps of units apart, and those that are missing or empty", async () => {
      const names = ["a.service", "b.service", "c.service", "d.service"] as const;
      const show = names.map((name) => `Id=${name}\\nLoadState=loaded\\n`);
      put("/usr/local/bin/systemctl", `#!/bin/sh\nprintf '${show.join("")}'\n`, 0o755);
      put("/run/tsproxy/a.service.started", "s1\n");
      put("/run/tsproxy/a.service.reloaded", "r1\n");
      put("/run/tsproxy/b.service.started", "s2\n");
      put("/run/tsproxy/b.service.reloaded", "\n");
      put("/run/tsproxy/c.service.reloaded", "r3\n");
      const units = Object.fromEntries(names.map((name) => [name, { clean: false, check: null }]));
      const seen = await host().look({ owned: { ...OWNS_NOTHING, units }, requirements: [] });
      const stamps = names.map((name) => [seen.units[name]?.started, seen.units[name]?.reloaded]);
      expect(stamps).toEqual([
        ["s1", "r1"],
        ["s2", ""],
        ["", "r3"],
        ["", ""],
      ]);
    });

    it.each([
      [2, "active"],
      [9, "activating"],
    ])("asks again about a unit on its way up: after %d tries it is %s", async (tries, active) => {
      const state = `[ $(grep -c . /run/asked) -gt ${tries} ] && state=active || state=activating`;
      const show = "printf 'Id=a.service\\nLoadState=loaded\\nActiveState=%s\\n' $state";
      put("/usr/local/bin/systemctl", `#!/bin/sh\necho asked >>/run/asked\n${state}\n${show}\n`, 0o755);
      const units = { "a.service": { clean: false, check: null } };
      const seen = await host().look({ owned: { ...OWNS_NOTHING, units }, requirements: [] });
      expect(seen.units["a.service"]).toMatchObject({ active });
    });

    it("gets no answer from a check that is missing or hangs, and those of the others", async () => {
      put("/etc/hangs", "#!/bin/sh\necho a 0\nexec sleep 60\n", 0o755);
      put("/etc/check", "#!/bin/sh\nfor n; do echo $n 2; done\n", 0o755);
      const unit = (...check: string[]) => ({ clean: false, check });
      const units = {
        "a.service": unit("/etc/hangs", "a"),
        "b.service": unit("/etc/hangs", "b"),
        "c.service": unit("/etc/missing", "c"),
        "d.service": unit("/etc/check", "d"),
      };
      const impatient: Shell = {
        name: "sandbox",
        greet: () => sandbox.greet(),
        run: (program, hearing) => sandbox.run(program.replace("timeout 20 ", "timeout 0.5 "), hearing),
      };
      const show = Object.keys(units).map((name) => `Id=${name}\\nLoadState=loaded\\n`);
      put("/usr/local/bin/systemctl", `#!/bin/sh\nprintf '${show.join("")}'\n`, 0o755);
      const seen = await alone(shellHost(impatient)).look({
        owned: { ...OWNS_NOTHING, units },
        requirements: [],
      });
      expect(Object.entries(seen.units).map(([name, { check }]) => [name, check])).toEqual([
        ["a.service", 0],
        ["b.service", null],
        ["c.service", null],
        ["d.service", 2],
      ]);
    });

    it.each([
      "",
      "\n\n",
      "unit",
      "unit a.service",
      "file",
      "file *",
      "download",
      "probe",
      "tsproxy 1 p s n",
      "x\0y",
      "a b c d e",
      "-n",
      "'",
      "$(id >/run/owned)",
      "no newline",
    ])("is not upset by a manifest that holds %j", async (manifest) => {
      put("/var/lib/tsproxy/k.manifest", `${manifest}\nfile /etc/after\n`);
      put("/etc/after", "x");
      const seen = await host().look({ owned: { ...OWNS_NOTHING, files: [FILE] }, requirements: [] });
      expect(Object.keys(seen.manifests)).toEqual(["k"]);
      expect(seen.files["/etc/after"]?.kind).toBe("file");
      expect(existsSync(sandbox.path("/run/owned"))).toBe(false);
    });

    it("does not take a manifest's words for patterns", async () => {
      put("/etc/aa", "theirs");
      put("/var/lib/tsproxy/k.manifest", "tsproxy 1 p s n\nfile /etc/*\nfile /etc/a?\n");
      const { files } = await host().look({ owned: OWNS_NOTHING, requirements: [] });
      expect(files).toEqual({});
    });

    it("names the requirements that are not met", async () => {
      const { findings } = await host().look({
        owned: OWNS_NOTHING,
        requirements: [
          { kind: "root" },
          { kind: "systemd", atLeast: 252 },
          { kind: "architecture", oneOf: [] },
          { kind: "address", address: "192.0.2.9", interface: "none0", argument: "primaryAddress" },
        ],
      });
      expect(findings).toEqual([
        { requirement: 1, evidence: "not booted with systemd" },
        { requirement: 2, evidence: expect.stringMatching(/^(x86_64|aarch64)$/) },
        { requirement: 3, evidence: "there is no interface none0" },
      ]);
    });

    it("reads back the bytes of the files that exist", async () => {
      put(FILE, "é\n\n= end 0\n'");
      put("/etc/empty", "");
      expect(await host().contents([FILE, "/etc/empty", "/etc/absent"])).toEqual({
        [FILE]: "é\n\n= end 0\n'",
        "/etc/empty": "",
      });
    });
  });

  describe("writing", () => {
    it.each([
      "",
      "\n",
      "no newline",
      "a\n\n\n",
      'it\'s "quoted" $HOME `id` $(id) \\n \\ %s %% !',
      "= end 0123\n| x",
      "é ✓ \u0081\u0088 \ud83d\ude00",
      "-n",
      "a\r\nb\tc\u0001",
    ])("puts exactly %j there", async (content) => {
      const { failed, moved } = await apply([write(content)]);
      expect({ failed, moved }).toEqual({ failed: null, moved: null });
      expect(text(FILE)).toBe(content);
    });

    it("a large file is no trouble", async () => {
      const content = "0123456789abcdef\n".repeat(20_000);
      await apply([write(content)]);
      expect(text(FILE)).toBe(content);
    });

    it("gives the file its mode, whatever it had, and its directories 0755", async () => {
      put(FILE, "old", 0o666);
      await apply([
        write("new", digestOf("old"), FILE, "0600"),
        write("x", "absent", "/etc/tsproxy/deep/er/file"),
      ]);
      expect(lstatSync(sandbox.path(FILE)).mode & 0o7777).toBe(0o600);
      expect(lstatSync(sandbox.path("/etc/tsproxy/deep/er")).mode & 0o7777).toBe(0o755);
    });

    it("replaces a link, not what it points to", async () => {
      put("/etc/target", "theirs");
      mkdirSync(dirname(sandbox.path(FILE)), { recursive: true });
      symlinkSync("/etc/target", sandbox.path(FILE));
      await apply([write("ours", "link")]);
      expect(text("/etc/target")).toBe("theirs");
      expect(lstatSync(sandbox.path(FILE)).isFile()).toBe(true);
    });

    it.each(["absent", digestOf("seen"), "link", "other"])(
      "past the guard %s does not happen, nor anything after it",
      async (found) => {
        put(FILE, "moved");
        const applied = await apply(
          [write("first", "absent", "/etc/first"), write("new", found), write("x", "absent", "/etc/later")],
          [FILE],
        );
        expect(applied).toMatchObject({ moved: FILE, failed: null, begun: 2 });
        expect(applied.observed.files[FILE]?.digest).toBe(digestOf("moved"));
        expect(text(FILE)).toBe("moved");
        expect(text("/etc/first")).toBe("first");
        expect(existsSync(sandbox.path("/etc/later"))).toBe(false);
      },
    );

    it("that fails is told in the host's words, and nothing comes after it", async () => {
      put("/etc/tsproxy", "in the way");
      const applied = await apply([write("x"), write("x", "absent", "/etc/later")]);
      expect(applied.failed).toEqual({
        doing: `write ${FILE}`,
        evidence: [expect.stringMatching(/tsproxy.*(exists|directory)/)],
      });
      expect(applied.begun).toBe(1);
      expect(existsSync(sandbox.path("/etc/later"))).toBe(false);
    });

    it("never lets anybody read more than the mode says, not even for a moment", async () => {
      put("/usr/local/bin/chmod", '#!/bin/sh\nstat -c %a "$2" >/run/before\nexec /bin/chmod "$@"\n', 0o755);
      await apply([write("secret", "absent", FILE, "0640")]);
      expect(text("/run/before")).toBe("600\n");
      expect(lstatSync(sandbox.path(FILE)).mode & 0o777).toBe(0o640);
    });

    it("that fails half-way leaves nothing", async () => {
      const before = there();
      const { failed } = await apply([write("secret", "absent", FILE, "no-mode")]);
      expect(failed?.evidence).toContainEqual(expect.stringContaining("invalid mode"));
      expect(there()).toEqual(before);
    });

    it("refuses a directory that is a link, and leaves alone what lies where it leads", async () => {
      put("/etc/theirs/file", "mine\n");
      mkdirSync(sandbox.path("/etc/tsproxy"));
      symlinkSync("/etc/theirs", sandbox.path(dirname(FILE)));
      const evidence = [`${dirname(FILE)} is a symbolic link; put a directory there, or nothing`];
      expect((await apply([write("x", digestOf("mine\n"))])).failed).toEqual({
        doing: `write ${FILE}`,
        evidence,
      });
      expect((await apply([{ do: "remove", path: FILE, found: digestOf("mine\n") }])).failed).toEqual({
        doing: `remove ${FILE}`,
        evidence,
      });
      expect(text("/etc/theirs/file")).toBe("mine\n");
    });

    it("leaves no half file behind", async () => {
      await apply([write("x")]);
      expect(readdirSync(sandbox.path(dirname(FILE)))).toEqual(["file"]);
    });
  });

  describe("removing", () => {
    const remove = (found: string): Step => ({ do: "remove", path: FILE, found });

    it("takes along the directories that were made for it, and the library's own", async () => {
      const before = there();
      await apply([{ do: "note", key: "k", text: "x\n" }, write("x")]);
      await apply([remove(digestOf("x")), { do: "forget", key: "k" }]);
      expect(there()).toEqual(before);
      expect(existsSync(sandbox.path("/run/tsproxy"))).toBe(false);
    });

    it("takes along what units have noted and could not take away themselves, with the last resource alone", async () => {
      await apply([1, 2].map((n) => ({ do: "note", key: `k${n}`, text: "x\n" }) as const));
      put("/run/tsproxy/work:socks/kernel", "table inet tsproxy__socks_work\n");
      await apply([{ do: "forget", key: "k1" }]);
      expect(existsSync(sandbox.path("/run/tsproxy/work:socks"))).toBe(true);
      await apply([{ do: "forget", key: "k2" }]);
      expect(existsSync(sandbox.path("/run/tsproxy"))).toBe(false);
    });

    it("leaves a directory that somebody else uses, until they are gone", async () => {
      await apply([write("x")]);
      put("/etc/tsproxy/work/theirs", "x");
      await apply([remove(digestOf("x"))]);
      expect(text("/etc/tsproxy/work/theirs")).toBe("x");
      spawnSync("rm", [sandbox.path("/etc/tsproxy/work/theirs")]);
      await apply([{ do: "forget", key: "none" }]);
      expect(existsSync(sandbox.path("/etc/tsproxy"))).toBe(false);
    });

    it("past its guard does not happen", async () => {
      put(FILE, "moved");
      expect(await apply([remove(digestOf("x"))])).toMatchObject({ moved: FILE });
      expect(text(FILE)).toBe("moved");
    });

    it("gives back what was adopted, as it was", async () => {
      put(FILE, "theirs", 0o640);
      spawnSync("touch", ["-d", "2001-02-03", sandbox.path(FILE)]);
      const before = { there: there(), changed: lstatSync(sandbox.path(FILE)).mtimeMs };
      await apply([{ do: "adopt", path: FILE }, write("ours", digestOf("theirs"))]);
      await apply([{ do: "adopt", path: FILE }]);
      await apply([remove(digestOf("ours"))]);
      expect(text(FILE)).toBe("theirs");
      expect({ there: there(), changed: lstatSync(sandbox.path(FILE)).mtimeMs }).toEqual(before);
    });

    it("also takes the half of a file that a killed run left", async () => {
      await apply([write("x")]);
      put(`${FILE}.tsproxy-new`, "hal");
      await apply([remove(digestOf("x"))]);
      expect(existsSync(sandbox.path("/etc/tsproxy"))).toBe(false);
    });
  });

  describe("the manifest", () => {
    it("is for root's eyes only", async () => {
      await apply([{ do: "note", key: "k", text: "tsproxy 1 p s n\nfile /etc/a\n" }]);
      expect(lstatSync(sandbox.path("/var/lib/tsproxy")).mode & 0o7777).toBe(0o700);
      expect(lstatSync(sandbox.path("/var/lib/tsproxy/k.manifest")).mode & 0o7777).toBe(0o600);
      expect(text("/var/lib/tsproxy/k.manifest")).toBe("tsproxy 1 p s n\nfile /etc/a\n");
    });

    it("names what the look that follows is about", async () => {
      const { observed } = await apply([
        write("x"),
        { do: "note", key: "k", text: `tsproxy 1 p s n\nfile ${FILE}\n` },
      ]);
      expect(observed.manifests.k).toMatchObject({ project: "p", stack: "s", owned: { files: [FILE] } });
      expect(observed.files[FILE]?.digest).toBe(digestOf("x"));
    });
  });

  describe("systemd", () => {
    const units = ["a.service", "b.socket"] as const;

    it("is asked for one transaction when units are started", async () => {
      await apply([{ do: "enable", units: ["a.service"] }, { do: "reload-systemd" }, { do: "start", units }]);
      const asked = text("/run/systemctl")
        .split("\n")
        .filter((line) => !line.includes("is-active"));
      expect(asked).toEqual([
        "--no-reload reenable a.service",
        "daemon-reload",
        "start a.service b.socket",
        "",
      ]);
    });

    it("that refuses ends the plan, with its words as evidence", async () => {
      put("/run/systemctl-fails", "");
      const { failed } = await apply([{ do: "start", units }, write("x")]);
      expect(failed).toEqual({
        doing: "start a.service b.socket",
        evidence: expect.arrayContaining([
          "a.service is inactive",
          "Job for a.service failed: see the journal",
        ]),
      });
      expect(existsSync(sandbox.path(FILE))).toBe(false);
    });

    it("of another resource that cannot be told holds nothing up", async () => {
      put("/run/systemctl-fails", "");
      const { failed, warnings } = await apply([{ do: "tell", units }, write("x")]);
      expect(failed).toBeNull();
      expect(warnings).toEqual(
        units.map((unit) => expect.stringContaining(`${unit} does not know yet that files which it reads`)),
      );
      expect(text(FILE)).toBe("x");
    });

    it("keeps no link and no stamp of a unit that was stopped", async () => {
      put("/etc/systemd/system/x.target.wants/a.service", "");
      put("/run/tsproxy/a.service.started", "s1");
      await apply([{ do: "stop", units: ["a.service"] }]);
      expect(existsSync(sandbox.path("/etc/systemd/system/x.target.wants/a.service"))).toBe(false);
      expect(existsSync(sandbox.path("/run/tsproxy/a.service.started"))).toBe(false);
    });
  });

  describe("orders of several resources", () => {
    const order = (key: string, steps: readonly Step[]): Order => ({
      identity: { ...identity, key },
      steps,
      owned: OWNS_NOTHING,
    });
    const service = (unit: UnitName): Step[] => [
      { do: "enable", units: [unit] },
      { do: "reload-systemd" },
      { do: "start", units: [unit] },
      { do: "note", key: unit, text: "tsproxy 1 p s n\n" },
    ];

    it("cost one reload of systemd and one start", async () => {
      const applied = await shellHost(sandbox).apply([
        order("one", service("a.service")),
        order("other", service("b.service")),
      ]);
      expect(applied.map(({ begun, failed }) => ({ begun, failed }))).toEqual([
        { begun: 4, failed: null },
        { begun: 4, failed: null },
      ]);
      const asked = text("/run/systemctl")
        .split("\n")
        .filter((line) => /reload$|^(re)?start/.test(line));
      expect(asked).toEqual(["daemon-reload", "start a.service b.service"]);
    });

    it("go on where one of them fails, and only that one stops", async () => {
      put(FILE, "someone else's");
      const applied = await shellHost(sandbox).apply([
        order("one", [write("x"), ...service("a.service")]),
        order("other", [
          { do: "write", path: "/etc/b", mode: "0644", content: "y", found: "absent" },
          ...service("b.service"),
        ]),
      ]);
      expect(applied.map(({ begun, moved, failed }) => ({ begun, moved, failed }))).toEqual([
        { begun: 1, moved: FILE, failed: null },
        { begun: 5, moved: null, failed: null },
      ]);
      const asked = text("/run/systemctl")
        .split("\n")
        .filter((line) => !line.startsWith("is-active"));
      expect(asked.join("\n")).not.toContain("a.service");
      expect(existsSync(sandbox.path("/var/lib/tsproxy/a.service.manifest"))).toBe(false);
      expect(text("/etc/b")).toBe("y");
      expect(text(FILE)).toBe("someone else's");
    });

    it("fail one by one where systemd refuses a start", async () => {
      put("/run/systemctl-fails", "");
      const applied = await shellHost(sandbox).apply([
        order("one", [{ do: "start", units: ["a.service"] }]),
        order("other", [{ do: "start", units: ["b.service"] }]),
        order("third", [write("x")]),
      ]);
      expect(applied.map(({ failed }) => failed?.doing ?? null)).toEqual([
        "start a.service",
        "start b.service",
        null,
      ]);
    });
  });

  describe("a change of what the kernel holds", () => {
    const change: readonly Step[] = [
      { do: "start", units: ["a.service"], inKernel: true },
      { do: "reload", units: ["c.service"], inKernel: true },
      { do: "start", units: ["b.service"] },
    ];
    const asked = () =>
      text("/run/systemctl")
        .split("\n")
        .map((line) => line.replace(/tsproxy_undo-[0-9a-f]{16}/g, "UNDO"))
        .filter((line) => /UNDO|^(re)?(start|load)/.test(line));
    const left = () => readdirSync(sandbox.path("/run/systemd/transient"));

    it("comes first, and its undo is disarmed once a new connection was made", async () => {
      expect(await apply(change)).toMatchObject({ failed: null, begun: 3 });
      const [arm = "", ...rest] = asked();
      expect(arm).toMatch(/^systemd-run .*--unit=UNDO .*--on-active=60 .*sh a\.service c\.service$/s);
      expect([...rest].sort()).toEqual([
        "reload c.service",
        "start a.service",
        "start b.service",
        "stop UNDO.timer",
      ]);
      expect(rest.slice(0, 2)).toEqual(["start a.service", "reload c.service"]);
      expect(left()).toEqual([]);
    });

    it("is undone at once, and said to be, where none can be made", async () => {
      sandbox.isReachable = false;
      await expect(apply(change)).rejects.toThrow(
        /^sandbox: cannot keep a\.service c\.service: this cut the way to the host: no new connection could be made \(no answer within 5 s\) \[cut-off\]\n {2}\| the host undoes it by itself within \d+ s: it stops and disables a\.service c\.service\n {2}hint: /,
      );
      const decided = asked().filter((line) => /^\w+ UNDO/.test(line));
      expect(decided).toEqual(["start UNDO.service", "stop UNDO.timer"]);
      expect(left()).toEqual([]);
    });

    it("does not happen where no undo can be armed", async () => {
      put("/run/systemd-run-fails", "");
      const applied = await shellHost(sandbox).apply([
        { identity, steps: change, owned: OWNS_NOTHING },
        { identity: { ...identity, key: "other" }, steps: [write("x")], owned: OWNS_NOTHING },
      ]);
      expect(applied.map(({ failed }) => failed)).toEqual([
        {
          doing: "arm an undo of a.service c.service",
          evidence: ["Failed to start transient timer unit"],
        },
        null,
      ]);
      expect(asked().filter((line) => !line.startsWith("systemd-run"))).toEqual([]);
    });

    it("is armed against for those orders only that go on", async () => {
      put(FILE, "someone else's");
      await shellHost(sandbox).apply([
        { identity, steps: [write("x"), ...change], owned: OWNS_NOTHING },
        {
          identity: { ...identity, key: "other" },
          steps: [{ do: "start", units: ["d.service"], inKernel: true }],
          owned: OWNS_NOTHING,
        },
      ]);
      expect(asked()[0]).toMatch(/ sh d\.service$/);
    });

    it("is seen only once it is decided whether it stays", async () => {
      put("/run/systemd/transient/tsproxy_undo-00.service", "");
      const seen = host().look({ owned: { ...OWNS_NOTHING, files: [FILE] }, requirements: [] });
      // the undo ends by changing what is looked at
      setTimeout(() => {
        put(FILE, "undone");
        rmSync(sandbox.path("/run/systemd/transient/tsproxy_undo-00.service"));
      }, 300);
      expect((await seen).files[FILE]?.digest).toBe(digestOf("undone"));
    });

    it("does not restart a second time what was restarted with it", async () => {
      put("/run/active.a.service", "");
      put("/run/active.b.service", "");
      put("/run/active.e.service", "");
      put("/run/bound", "b.service");
      await apply([
        { do: "start", units: ["a.service"], inKernel: true },
        { do: "start", units: ["b.service", "e.service"] },
      ]);
      expect(asked().filter((line) => /^(re)?start /.test(line))).toEqual([
        "restart a.service",
        "restart e.service",
        "start b.service",
      ]);
    });
  });

  it("arms nothing where the kernel is not concerned", async () => {
    await apply([{ do: "start", units: ["a.service"] }]);
    expect(text("/run/systemctl")).not.toContain("systemd-run");
  });

  it("notes packages that an installation brings, and none that it only brings up to date", async () => {
    const simulated =
      "Inst dante-server (1.4 Debian:12 [amd64])\nInst libc6 [2.36-1] (2.36-2 Debian:12 [amd64])\n";
    const apt = `#!/bin/sh\ncase " $* " in *" -s install "*) printf '%s' '${simulated}' ;; esac\n`;
    put("/usr/local/bin/apt-get", apt, 0o755);
    put("/usr/local/bin/dpkg-query", "#!/bin/sh\necho 'dante-server=installed libc6=installed '\n", 0o755);
    const note = { do: "note", key: "work", text: "tsproxy 1 home prod n\n" } as const;
    await apply([note, { do: "install", packages: ["dante-server"], keepOff: [] }]);
    expect(text("/var/lib/tsproxy/installed")).toBe("package dante-server\n");
  });

  it("makes no directory above one that lies directly below the root", () => {
    const base = readFileSync(
      new URL("../../../../providers/engine/program/base.sh", import.meta.url),
      "utf8",
    );
    const { status, stdout } = spawnSync("sh", ["-c", `${base}\nmkdir() { echo "$*"; }\nparents ''`]);
    expect({ status, made: String(stdout) }).toEqual({ status: 0, made: "" });
  });

  it("says of packages only that those are removed which are", async () => {
    const apt = `#!/bin/sh
case " $* " in
*" -s purge curl "*) echo "Purg curl [8]" && echo "Purg theirs [1]" ;;
*" -s purge "*) echo "Purg nftables [1]" ;;
*" purge "*) echo "$*" >>/run/asked ;;
esac
`;
    put("/usr/local/bin/apt-get", apt, 0o755);
    put("/usr/local/bin/dpkg-query", "#!/bin/sh\necho 'curl=installed '\n", 0o755);
    put("/var/lib/tsproxy/installed", "package curl\npackage nftables\n");
    const lines: string[] = [];
    const listening: Shell = {
      name: "gw",
      run: (program, hearing) => {
        const onLine = (line: string) => {
          lines.push(line);
          return hearing.onLine(line);
        };
        return sandbox.run(program, { ...hearing, onLine });
      },
      greet: async () => {},
    };
    const steps = [{ do: "purge", packages: ["curl", "nftables", "tar"] }] as const;
    await shellHost(listening).apply([{ identity, steps, owned: OWNS_NOTHING }]);
    expect(lines.filter((line) => line.startsWith("= doing "))).toEqual([
      "= doing find out what else needs curl nftables tar",
      "= doing remove package nftables",
    ]);
    expect(text("/var/lib/tsproxy/installed")).toBe("package curl\n");
  });

  it("reads a manifest to its end, also where that is no end of a line", async () => {
    put("/var/lib/tsproxy/work.manifest", "tsproxy 1 home prod 0123abcd");
    const { manifests } = await host().look({ owned: OWNS_NOTHING, requirements: [] });
    expect(manifests).toMatchObject({ work: { project: "home", stack: "prod", nonce: "0123abcd" } });
  });

  describe("an order", () => {
    const manifest = "/var/lib/tsproxy/tailnet-work.manifest";
    const head = "tsproxy 1 home prod 0123abcd";
    const orderWith = (head: string) =>
      host().apply({ identity, steps: [write("x")], heads: { [identity.key]: head }, owned: OWNS_NOTHING });

    it.each([
      ["has come to be another resource's", head, `${head}ef\nfile ${FILE}\n`],
      ["is gone", head, null],
      ["has come to be", "", `${head}\n`],
    ])("whose manifest %s does nothing", async (_, planned, now) => {
      if (now !== null) put(manifest, now);
      expect(await orderWith(planned)).toMatchObject({ begun: 0, moved: manifest, failed: null });
      expect(existsSync(sandbox.path(FILE))).toBe(false);
    });

    it.each([
      ["is as it was", head, `${head}\nfile /etc/x\n`],
      ["ends behind its head", head, head],
      ["never was", "", null],
    ])("whose manifest %s is done", async (_, planned, now) => {
      if (now !== null) put(manifest, now);
      expect(await orderWith(planned)).toMatchObject({ begun: 1, moved: null, failed: null });
      expect(text(FILE)).toBe("x");
    });

    it("names the manifest, among several, that is another one by now", async () => {
      put(manifest, `${head}\n`);
      put("/var/lib/tsproxy/gateway.manifest", "tsproxy 2 home prod 4567 4567\n");
      const heads = { [identity.key]: head, gateway: "tsproxy 2 home prod 89ab 89ab" };
      const order = { identity, steps: [write("x")], heads, owned: OWNS_NOTHING };
      expect(await host().apply(order)).toMatchObject({
        begun: 0,
        moved: "/var/lib/tsproxy/gateway.manifest",
      });
      expect(existsSync(sandbox.path(FILE))).toBe(false);
    });

    it.each([
      ["is not begun where another resource of its stack has come to be", "home prod", 0],
      ["is begun beside resources of another stack", "home dev", 1],
    ])("that must be alone %s", async (_, stack, begun) => {
      put(manifest, `${head}\n`);
      put("/var/lib/tsproxy/socks-work.manifest", `tsproxy 2 ${stack} 4567 89ab`);
      const order = { identity, steps: [write("x")], alone: true, owned: OWNS_NOTHING };
      expect(await host().apply(order)).toMatchObject({ begun, moved: begun === 0 ? manifest : null });
    });
  });

  describe("what was written", () => {
    const synced = () => (existsSync(sandbox.path("/run/synced")) ? text("/run/synced") : "");

    it("goes to the disk once, before the program ends, with all orders", async () => {
      await apply([
        { do: "note", key: "k", text: "tsproxy 2 p s n g\n" },
        write("x"),
        { do: "forget", key: "k" },
      ]);
      expect(synced()).toBe("-f /var/lib /etc /usr/local\n");
    });

    it("is not waited for where nothing was", async () => {
      await apply([{ do: "reload-systemd" }]);
      expect(synced()).toBe("");
    });
  });

  describe("a port", () => {
    const requirement: Precondition = {
      ...{ kind: "port", protocol: "tcp", address: "100.64.0.1", port: 11080, argument: "port" },
      unit: "tsproxy-work-relay.socket",
    };
    /** @param listener its process, as ss tells. @param units what systemd knows: active units, their properties. */
    const findings = async (listener: number, units: Readonly<Record<string, string>>) => {
      // in /usr/bin it is a link that leads into /etc
      put("/usr/local/bin/awk", `#!/bin/sh\nexec ${realpathSync("/usr/bin/awk")} "$@"\n`, 0o755);
      put(
        "/usr/local/bin/ss",
        `#!/bin/sh\necho 'LISTEN 0 1024 100.64.0.1:11080 0.0.0.0:* users:(("relay",pid=${listener},fd=3))'\n`,
        0o755,
      );
      const answers = Object.entries(units).map(
        ([property, value]) => `*'show -P ${property} '*) printf '${value}' ;;`,
      );
      put(
        "/usr/local/bin/systemctl",
        `#!/bin/sh\ncase $* in *is-active*) exit ;; ${answers.join(" ")} esac\n`,
        0o755,
      );
      return (await host().look({ owned: OWNS_NOTHING, requirements: [requirement] })).findings;
    };

    it("that the resource's own socket listens at is free", async () => {
      const own = { Listen: "100.64.0.1:11080 (Stream)\\n", MainPID: "0\\n" };
      expect(await findings(7, own)).toEqual([]);
    });

    it("that the service of its socket holds, whose files are gone, is free", async () => {
      expect(await findings(1027, { Listen: "\\n", MainPID: "\\n\\n1027\\n" })).toEqual([]);
    });

    it("that another process holds is taken, also where the socket's files are gone", async () => {
      const evidence = '100.64.0.1:11080 users:(("relay",pid=99,fd=3))';
      expect(await findings(99, { Listen: "\\n", MainPID: "1027\\n" })).toEqual([
        { requirement: 0, evidence },
      ]);
    });
  });

  describe("what lies in the kernel", () => {
    const evidence = async (...objects: KernelObject[]) => {
      const requirement: Precondition = { kind: "absent", objects };
      const { findings } = await host().look({ owned: OWNS_NOTHING, requirements: [requirement] });
      return findings.map((finding) => finding.evidence);
    };
    /** They know the interface `lo`, and what lies in /run. */
    const commands = () => {
      const ip = `case $*:$(ls /run) in
  "link show dev lo:"*) exit ;;
  "rule show "*) cat /run/rule; exit ;;
  "rule del "*rule*) rm /run/rule; exit ;;
esac
exit 1`;
      const nft = "case $1 in list) cat /run/table ;; esac";
      for (const [name, body] of Object.entries({ ip, nft }))
        put(`/usr/local/bin/${name}`, `#!/bin/sh\necho ${name} "$@" >>/run/asked\n${body}\n`, 0o755);
    };

    it("and was there before is found, each thing by its name", async () => {
      commands();
      const all: KernelObject[] = [
        "namespace tsp-work",
        "interface lo",
        "interface tsp-work",
        "table inet tsproxy_work",
        "rule 5200 to 10.200.0.4/30",
      ];
      expect(await evidence("namespace tsp-work", "table inet tsproxy_work")).toEqual([]);
      expect(await evidence(...all)).toEqual(["interface lo"]);
      put("/run/netns/tsp-work", "");
      put("/run/table", "table inet tsproxy_work {}");
      put("/run/rule", "5200: from all to 10.200.0.4/30 lookup main");
      expect(await evidence(...all)).toEqual([
        "namespace tsp-work, interface lo, table inet tsproxy_work, rule 5200 to 10.200.0.4/30",
      ]);
    });

    it("is taken away where a unit left it", async () => {
      commands();
      put("/run/table", "table inet tsproxy_work {}");
      put("/run/rule", "5200: from all to 10.200.0.4/30 lookup main");
      const objects = [
        "interface tsp-none",
        "table inet tsproxy_work",
        "rule 5200 to 10.200.0.4/30",
        "rule6 5200 to fd74::4/126",
      ];
      expect((await apply([{ do: "unmake", objects }])).failed).toBeNull();
      expect(text("/run/asked").split("\n")).toEqual([
        "ip link show dev tsp-none",
        "nft list table inet tsproxy_work",
        "nft delete table inet tsproxy_work",
        "ip rule del pref 5200 to 10.200.0.4/30",
        "ip rule del pref 5200 to 10.200.0.4/30",
        "ip -6 rule del pref 5200 to fd74::4/126",
        "ip -o address show",
        "",
      ]);
    });
  });

  it("deletes the state of a unit that no file tells of any more", async () => {
    const before = there();
    put("/var/lib/private/tsproxy-work/state", "node key");
    symlinkSync("private/tsproxy-work", sandbox.path("/var/lib/tsproxy-work"));
    await apply([{ do: "wipe", directories: ["tsproxy-work"] }]);
    spawnSync("rmdir", [sandbox.path("/var/lib/private")]);
    expect(there()).toEqual(before);
  });

  describe("the lock", () => {
    it("that cannot be taken is told with the reason", async () => {
      mkdirSync(sandbox.path("/run/tsproxy/.lock"), { recursive: true });
      await expect(apply([write("x")])).rejects.toThrow(
        /cannot take the lock of the host: the command failed, and no step was begun \[step-failed\]\n {2}\| .*director/,
      );
    });

    it("keeps a second program out while it is held, and names the holder", async () => {
      put("/run/tsproxy/.lock", "home/prod (gateway), process 7, since 2026-01-01 00:00:00 UTC\n");
      const holder = sandbox.start();
      holder.stdin?.write("exec 9>>/run/tsproxy/.lock; flock 9; echo held\n");
      await new Promise((resolve) => holder.stdout?.once("data", resolve));
      const impatient: Shell = {
        name: "sandbox",
        greet: () => sandbox.greet(),
        run: (program, hearing) => sandbox.run(program.replace("lock 30 ", "lock 0 "), hearing),
      };
      const order = { identity, steps: [write("x")], owned: OWNS_NOTHING };
      await expect(alone(shellHost(impatient)).apply(order)).rejects.toThrow(
        "sandbox: cannot change anything: locked by home/prod (gateway), process 7, since 2026-01-01 00:00:00 UTC [locked]",
      );
      expect(existsSync(sandbox.path(FILE))).toBe(false);
      holder.stdin?.end();
      await new Promise((resolve) => holder.once("close", resolve));
      expect(await alone(shellHost(impatient)).apply(order)).toMatchObject({ failed: null });
    });
  });

  it("locks the lock's file that is there now, when its holder took the former one away", async () => {
    put("/run/tsproxy/.lock", "");
    const holder = sandbox.start();
    holder.stdin?.write(`exec 9>>/run/tsproxy/.lock; flock 9; echo held
inode=$(stat -c %i /run/tsproxy/.lock)
until grep -q -- "-> FLOCK .*:$inode " /proc/locks; do sleep 0.05; done
rm -r /run/tsproxy
`);
    await new Promise((resolve) => holder.stdout?.once("data", resolve));
    holder.stdin?.end();
    expect(await apply([{ do: "note", key: "k", text: "x\n" }])).toMatchObject({ failed: null });
    expect(existsSync(sandbox.path("/run/tsproxy/.lock"))).toBe(true);
  });

  describe("a download", () => {
    const DIRECTORY: HostPath = "/usr/local/lib/tsproxy/tool-1.0";
    let server: Server;
    let archive: Buffer;
    let sha256: string;

    beforeAll(async () => {
      const source = spawnSync("sh", [
        "-c",
        'd=$(mktemp -d) && mkdir "$d/tool_1.0" && printf ELF >"$d/tool_1.0/tool" && tar -C "$d" --owner=1000 --group=1000 -cz tool_1.0; rm -r "$d"',
      ]);
      archive = source.stdout;
      sha256 = createHash("sha256").update(archive).digest("hex");
      server = createServer((request, response) => {
        if (request.url === "/elsewhere.tgz")
          response.writeHead(302, { location: `http://localhost:${portOf(server)}/tool.tgz` });
        else if (request.url === "/moved.tgz") response.writeHead(302, { location: "/tool.tgz" });
        else if (request.url !== "/tool.tgz") response.statusCode = 404;
        response.end(archive);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    afterAll(() => new Promise((resolve) => server.close(resolve)));

    const urlOf = (file: string) => `http://127.0.0.1:${portOf(server)}/${file}`;
    const download = (parts: Partial<Extract<Step, { do: "download" }>> = {}): Step => ({
      do: "download",
      path: DIRECTORY,
      url: urlOf("tool.tgz"),
      sha256,
      redirects: [],
      members: { tool: "0755" },
      ...parts,
    });
    const owned = { ...OWNS_NOTHING, downloads: { [DIRECTORY]: ["tool"] } };

    it("is there, with the mode it should have, and seen", async () => {
      const { observed, failed } = await host().apply({ identity, steps: [download()], owned });
      expect(failed).toBeNull();
      expect(text(`${DIRECTORY}/tool`)).toBe("ELF");
      const member = observed.files[`${DIRECTORY}/tool`];
      expect(member).toMatchObject({ mode: "0755", owner: "0:0", digest: null });
      expect(observed.downloads[DIRECTORY]).toEqual({ sha256, members: { tool: member?.stat } });
    });

    it.each<[string, () => Step]>([
      ["elsewhere on its own server", () => download({ url: urlOf("moved.tgz") })],
      [
        "on a server that was named",
        () => download({ url: urlOf("elsewhere.tgz"), redirects: [`localhost:${portOf(server)}`] }),
      ],
    ])("is followed when it is %s", async (_, step) => {
      expect(await apply([step()])).toMatchObject({ failed: null });
      expect(text(`${DIRECTORY}/tool`)).toBe("ELF");
    });

    it("goes without a trace", async () => {
      const before = there();
      await apply([download()]);
      await apply([{ do: "discard", path: DIRECTORY }]);
      expect(there()).toEqual(before);
    });

    it("stays as long as a unit starts from it, and when a manifest names it again", async () => {
      put("/etc/systemd/system/user.service", `[Service]\nExecStart=${DIRECTORY}/tool\n`);
      await apply([download(), { do: "discard", path: DIRECTORY }]);
      expect(text(`${DIRECTORY}/tool`)).toBe("ELF");
      await apply([{ do: "note", key: "k", text: `tsproxy 1 p s n\ndownload ${DIRECTORY} tool\n` }]);
      spawnSync("rm", [sandbox.path("/etc/systemd/system/user.service")]);
      await apply([{ do: "forget", key: "none" }]);
      expect(text(`${DIRECTORY}/tool`)).toBe("ELF");
    });

    it("counts as the gateway's when a run died before it was taken away, so that the next one does", async () => {
      const unit = "/etc/systemd/system/user.service";
      put(unit, `[Service]\nExecStart=${DIRECTORY}/tool\n`);
      await apply([
        download(),
        { do: "discard", path: DIRECTORY },
        { do: "note", key: "gateway", text: "tsproxy 1 p s n\n" },
      ]);
      const gateways = async () => {
        const { manifests } = await host().look({ owned: OWNS_NOTHING, requirements: [] });
        return Object.keys(manifests.gateway?.owned?.downloads ?? {});
      };
      expect(await gateways()).toEqual([]);
      spawnSync("rm", [sandbox.path(unit)]);
      expect(await gateways()).toEqual([DIRECTORY]);
    });

    it("goes with the half of it that a killed run left", async () => {
      const before = there();
      await apply([download()]);
      put(`${DIRECTORY}.tsproxy-new/archive`, "hal");
      await apply([{ do: "discard", path: DIRECTORY }]);
      expect(there()).toEqual(before);
    });

    it("goes once no unit starts from it any more", async () => {
      const before = there();
      put("/etc/systemd/system/user.service", `[Service]\nExecStart=${DIRECTORY}/tool\n`);
      await apply([download(), { do: "discard", path: DIRECTORY }]);
      spawnSync("rm", [sandbox.path("/etc/systemd/system/user.service")]);
      await apply([{ do: "forget", key: "none" }]);
      expect(there()).toEqual(before);
    });

    it.each<[string, () => Step, RegExp]>([
      [
        "that is not what was promised",
        () => download({ sha256: "0".repeat(64) }),
        /has sha256 [0-9a-f]{64}, not 0{64}$/,
      ],
      ["that is not there", () => download({ url: urlOf("missing") }), /404/],
      [
        "without the promised member",
        () => download({ members: { tool: "0755", other: "0755" } }),
        /holds no single file named other$/,
      ],
      [
        "that is on a server nobody named",
        () => download({ url: urlOf("elsewhere.tgz") }),
        /elsewhere\.tgz leads elsewhere, to http:\/\/localhost:\d+\/$/,
      ],
      ["that is no archive of the web", () => download({ url: "file:///etc/passwd" }), /[Pp]rotocol/],
    ])("%s leaves nothing and spoils nothing", async (_, step, evidence) => {
      const before = there();
      const applied = await apply([step()]);
      expect(applied.failed?.evidence.join("\n")).toMatch(evidence);
      expect(there()).toEqual(before);
    });
  });
});

const portOf = (server: Server) => (server.address() as AddressInfo).port;
