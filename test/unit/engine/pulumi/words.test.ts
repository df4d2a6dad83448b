import type { Desired } from "../../../../providers/engine/kinds/desired.ts";
import type { LeaveSpec } from "../../../../providers/engine/kinds/extension.ts";
import type { HostPath } from "../../../../providers/engine/kinds/names.ts";
import { changeInWords } from "../../../../providers/engine/pulumi/change-in-words.ts";
import { driftInWords } from "../../../../providers/engine/pulumi/drift-in-words.ts";
import { type Outline, outlineOf } from "../../../../providers/engine/state/outline.ts";
import { desired, FILE, file, UNIT, unit } from "../make.ts";

const KEY: HostPath = "/etc/tsproxy/work/key";
const PROGRAM: HostPath = "/usr/local/lib/tsproxy/tailscale-1";
const port = (number: number, protocol: "tcp" | "udp" = "tcp") =>
  ({ kind: "port", protocol, address: "100.64.0.10", port: number, unit: UNIT, argument: "port" }) as const;
const address = (value: string) =>
  ({ kind: "address", address: value, interface: "tailscale0", argument: "primaryAddress" }) as const;
const leaveOf = (from: string): LeaveSpec => ({
  ...{ kind: "farewell", program: "/bin/bye", socket: "/run/sock", config: "/etc/bye", unit: UNIT },
  ...{ deadlineSeconds: 30, from },
});
const WHOLE: Desired = desired({
  files: { [FILE]: file(), [KEY]: file({ secret: "key" }, "0600") },
  units: { [UNIT]: unit() },
  packages: { "dante-server": { keepOff: [] } },
  downloads: { [PROGRAM]: { archives: {}, members: {} } },
  probes: { tailnet: { kind: "echo", socket: "/run/sock", unit: UNIT, healthy: true } },
  requirements: [address("100.64.0.10"), port(11081)],
});
const WANTED = outlineOf(WHOLE);

describe("what a refresh has found", () => {
  const units = (parts: Parameters<typeof unit>[0]) => ({ units: { [UNIT]: unit(parts) } });
  const files = (found: Outline["files"]) => ({ files: { ...WANTED.files, ...found } });

  it.each<[found: Partial<Outline>, words: string[]]>([
    [{}, []],
    [{ files: { [KEY]: WANTED.files[KEY]! } }, [`file ${FILE} is missing`]],
    [files({ [FILE]: { mode: "0644", digest: "0123456789abcdef" } }), [`file ${FILE} was edited`]],
    [
      files({ [FILE]: { mode: "0777", digest: "link" } }),
      [`${FILE} is no plain file any more`, `file ${FILE} has mode 0777 instead of 0644`],
    ],
    [files({ [KEY]: { mode: "0600", secret: "key", same: false } }), [`file ${KEY} was edited`]],
    [
      files({ [KEY]: { mode: "0600 1000:1000", secret: "key", same: true } }),
      [`file ${KEY} has mode 0600 1000:1000 instead of 0600`],
    ],
    [units({ active: false, intact: false, started: "s0" }), [`${UNIT} is not running`]],
    [units({ enabled: false }), [`${UNIT} is not enabled: it does not start at boot`]],
    [units({ masked: true, active: false }), [`${UNIT} is masked`, `${UNIT} is not running`]],
    [units({ started: "s0" }), [`${UNIT} runs with other settings than it should`]],
    [units({ reloaded: "r0" }), [`${UNIT} runs with other settings than it should`]],
    [units({ intact: false }), [`addresses, routes or rules of ${UNIT} are missing or were changed`]],
    [{ packages: {} }, ["package dante-server is not installed"]],
    [{ downloads: {} }, [`${PROGRAM} is missing, or not as it was downloaded`]],
    [
      { probes: { tailnet: { ...WANTED.probes.tailnet!, healthy: false } } },
      [`${UNIT} runs, and says that it is not well`],
    ],
  ])("%j is %j", (found, words) => {
    expect(driftInWords(WANTED, { ...WANTED, ...found })).toEqual(words);
  });
});

describe("what an update will do", () => {
  const SECRETS = { key: "sesame" };
  const words = (after: Partial<Desired>, before: Partial<Desired> = {}, secrets = SECRETS) =>
    changeInWords(
      { outline: outlineOf({ ...WHOLE, ...before }), secrets: SECRETS },
      { outline: outlineOf({ ...WHOLE, ...after }), secrets },
    );
  const units = (parts: Parameters<typeof unit>[0]) => ({ units: { [UNIT]: unit(parts) } });
  const ofUnit: HostPath = `/etc/systemd/system/${UNIT}`;

  const changes: readonly (readonly [
    words: readonly string[],
    after: Partial<Desired>,
    before?: Partial<Desired>,
  ])[] = [
    [[], {}],
    [["port 11081 -> 11082"], { requirements: [address("100.64.0.10"), port(11082)] }],
    [
      ["port 53 -> 54"],
      { requirements: [port(54), port(54, "udp")] },
      { requirements: [port(53), port(53, "udp")] },
    ],
    [["primaryAddress 100.64.0.10 -> 100.64.0.11"], { requirements: [address("100.64.0.11"), port(11081)] }],
    [[], { requirements: [{ kind: "root" }, { kind: "package", name: "x", instead: "" }] }],
    [[`writes ${FILE}`], { files: { ...WHOLE.files, [FILE]: file("other\n") } }],
    [[`writes ${FILE}`], { files: { ...WHOLE.files, [FILE]: file("text\n", "0600") } }],
    [["writes /etc/new", `removes ${FILE}`], { files: { [KEY]: WHOLE.files[KEY]!, "/etc/new": file() } }],
    [["takes leave of there"], { leave: leaveOf("elsewhere") }, { leave: leaveOf("there") }],
    [["takes leave of there"], { leave: null }, { leave: leaveOf("there") }],
    [[], { leave: leaveOf("there") }, { leave: leaveOf("there") }],
    [[`starts ${UNIT}`], {}, { units: {} }],
    [[`adds ${UNIT}`], units({ active: false }), { units: {} }],
    [[`removes ${UNIT}`], { units: {} }],
    [[`starts ${UNIT}`], {}, units({ active: false, enabled: false, masked: true })],
    [[`restarts ${UNIT}`], units({ started: "s2", reloaded: "r2" })],
    [[`reloads ${UNIT}`], units({ reloaded: "r2" })],
    [[`reloads ${UNIT}`], {}, units({ intact: false })],
    [[`unmasks ${UNIT}`], {}, units({ masked: true })],
    [[`enables ${UNIT}`], {}, units({ enabled: false })],
    [[], units({ check: ["/check", "work"], clean: true })],
    [[`restarts ${UNIT}`], { ...units({ started: "s2" }), files: { ...WHOLE.files, [ofUnit]: file() } }],
    [[`writes ${ofUnit}`], { files: { ...WHOLE.files, [ofUnit]: file() } }],
    [["installs curl", "removes dante-server"], { packages: { curl: { keepOff: [] } } }],
    [
      [`downloads ${PROGRAM}.2`, `removes ${PROGRAM}`],
      { downloads: { [`${PROGRAM}.2`]: { archives: {}, members: {} } } },
    ],
  ];

  it.each(changes.map(([expected, after, before = {}]) => [expected, after, before] as const))(
    "is %j",
    (expected, after, before) => expect(words(after, before)).toEqual(expected),
  );

  it("tells of a secret only where it is written", () => {
    expect(words({}, {}, { key: "rotated" })).toEqual([`writes ${KEY}`]);
  });
});
