import * as fc from "fast-check";

import { command, type Section } from "../../../../../components/render/unit/text.ts";
import { type UnitText, unitFile } from "../../../../../components/render/unit/unit-file.ts";
import type { UnitName } from "../../../../../providers/engine/kinds/names.ts";

const sections: readonly Section[] = [
  ["Unit", [["Description", "a test"]]],
  [
    "Service",
    [
      ["ExecStart", command("/bin/daemon", "--all")],
      ["ExecReload", command("/bin/kick")],
    ],
  ],
  ["Install", [["WantedBy", "multi-user.target"]]],
];
const unit: UnitText = {
  name: "tsproxy-test.service",
  sections,
  readAtStart: { "/etc/one": "one" },
  readOnReload: { "/etc/tsproxy/two": "two" },
};

describe("unitFile", () => {
  it("writes the stamps of its own spec after a start and after a reload", () => {
    const { text } = unitFile(unit);
    expect(text).toBe(`[Unit]
Description=a test

[Service]
ExecStart=/bin/daemon --all
ExecReload=/bin/kick
ExecStartPost=-+/usr/bin/nsenter -m/proc/1/ns/mnt /etc/tsproxy/stamp %n /etc/one -- two
ExecReload=-+/usr/bin/nsenter -m/proc/1/ns/mnt /etc/tsproxy/stamp %n - -- two

[Install]
WantedBy=multi-user.target
`);
  });

  it("asks for a restart when the unit or a file read at start changes, for a reload when another does", () => {
    const { spec } = unitFile(unit);
    const started = (changed: Partial<UnitText>) =>
      unitFile({ ...unit, ...changed }).spec.started !== spec.started;
    const reloaded = (changed: Partial<UnitText>) =>
      unitFile({ ...unit, ...changed }).spec.reloaded !== spec.reloaded;
    expect([
      started({ readAtStart: { "/etc/one": "1" } }),
      reloaded({ readAtStart: { "/etc/one": "1" } }),
    ]).toEqual([true, false]);
    expect([
      started({ readOnReload: { "/etc/tsproxy/two": "2" } }),
      reloaded({ readOnReload: { "/etc/tsproxy/two": "2" } }),
    ]).toEqual([false, true]);
    expect(started({ sections: [...sections, ["Service", [["Nice", "1"]]]] })).toBe(true);
  });

  it("counts the sandbox that systemd adds by the unit's name as read at start", () => {
    const started = (name: UnitName) => unitFile({ ...unit, name }).spec.started;
    expect(started("tsproxy-test.service")).not.toBe(started("tsproxy_test.service"));
    expect(started("tsproxy-test.socket")).toBe(started("tsproxy_test.service"));
  });

  it("is enabled if it can be, and has no reload stamp if it cannot be reloaded", () => {
    const { spec } = unitFile({
      name: "tsproxy-test.socket",
      sections: [["Socket", [["ListenStream", "80"]]]],
    });
    expect(spec).toMatchObject({
      active: true,
      enabled: null,
      masked: false,
      intact: true,
      reloaded: "",
      check: null,
    });
    expect(unitFile(unit).spec.enabled).toBe(true);
  });
});

describe("command", () => {
  it.each([
    [["/bin/echo", "plain-word_1:2,3/4@5+6=7"], "/bin/echo plain-word_1:2,3/4@5+6=7"],
    [["/bin/echo", "two words"], '/bin/echo "two words"'],
    [["/bin/echo", ""], '/bin/echo ""'],
    [["/bin/echo", "100%"], "/bin/echo 100%%"],
    [["/bin/echo", "$HOME"], "/bin/echo $$HOME"],
    [["/bin/echo", 'say "hi"; \\'], '/bin/echo "say \\"hi\\"; \\\\"'],
  ])("%j is %s", (words, text) => expect(command(...words)).toBe(text));

  it("comes back from systemd's reading word by word", () => {
    const word = fc.string({ unit: fc.constantFrom(..."ab $%\"'\\;{}|&><\n\t#~") });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) =>
        expect(read(command(...words))).toEqual(words),
      ),
    );
  });
});

/** What systemd makes of a command line (systemd.service(5), "Command lines"; systemd.syntax(7), "Quoting"). */
function read(line: string): string[] {
  const words: string[] = [];
  for (const [, quoted, bare] of line.matchAll(/"((?:[^"\\]|\\.)*)"(?: |$)|([^" ]+)(?: |$)/g)) {
    const unescaped =
      quoted?.replace(/\\(.)/g, (_, char: string) => ({ n: "\n", t: "\t" })[char] ?? char) ?? bare ?? "";
    words.push(unescaped.replaceAll("%%", "%").replaceAll("$$", "$"));
  }
  return words;
}
