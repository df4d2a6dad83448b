import type { Desired } from "../../../../providers/engine/kinds/desired.ts";
import { NOTHING } from "../../../../providers/engine/kinds/desired.ts";
import { digestOf } from "../../../../providers/engine/kinds/file.ts";
import type { KernelObject } from "../../../../providers/engine/kinds/kernel-object.ts";
import type { UnitName } from "../../../../providers/engine/kinds/names.ts";
import { type Case, plan } from "../../../../providers/engine/plan/plan.ts";
import { describe as inWords, type Step } from "../../../../providers/engine/plan/step.ts";
import type { Manifest } from "../../../../providers/engine/state/manifest.ts";
import { manifestText, ownerOf } from "../../../../providers/engine/state/manifest.ts";
import type { Observed } from "../../../../providers/engine/state/observed.ts";
import { OWNS_NOTHING, ownedBy } from "../../../../providers/engine/state/owned.ts";
import {
  answer,
  desired,
  FILE,
  file,
  foundFile,
  foundUnit,
  identity,
  observed,
  UNIT,
  unit,
} from "../make.ts";

const UNIT_FILE = `/etc/systemd/system/${UNIT}` as const;
const SOCKET: UnitName = "tsproxy-work.socket";
const NODE = {
  kind: "echo",
  socket: "/run/a.sock",
  unit: UNIT,
  healthy: true,
} as const;
const LEAVE = {
  kind: "farewell",
  program: "/opt/farewell",
  socket: "/run/a.sock",
  config: FILE,
  unit: UNIT,
  deadlineSeconds: 9,
} as const;

function manifest(of: Desired, { project, stack } = identity): Manifest {
  return {
    project,
    stack,
    nonce: "-",
    gateway: null,
    owned: ownedBy(of),
    text: manifestText({ ...identity, project, stack }, null, ownedBy(of)),
  };
}

/** A case in which `held` is what the manifest names; nothing else differs from the ordinary. */
function given(parts: Partial<Case>, held: Desired | null = parts.desired ?? NOTHING): Case {
  const { observed: seen = observed(), ...rest } = parts;
  const manifests = held === null ? {} : { [identity.key]: manifest(held) };
  return {
    identity,
    desired: NOTHING,
    secrets: {},
    owned: held === null ? OWNS_NOTHING : ownedBy(held),
    adopt: false,
    last: false,
    gateway: null,
    ...rest,
    observed: { ...seen, manifests: { ...manifests, ...seen.manifests } },
  };
}

const words = (steps: readonly Step[]) => steps.map((step) => inWords(step));
const withUnit = (parts: Parameters<typeof foundUnit>[0], spec: Parameters<typeof unit>[0] = {}): Case =>
  given({
    desired: desired({ units: { [UNIT]: unit(spec) } }),
    observed: observed({ units: { [UNIT]: foundUnit(parts) } }),
  });

describe("a plan", () => {
  const all = desired({
    files: { [FILE]: file(), [UNIT_FILE]: file("[Service]\n") },
    units: { [UNIT]: unit() },
    packages: { coredns: { keepOff: ["coredns.service"] } },
    downloads: {
      "/opt/tool-1": {
        archives: { x86_64: { url: "https://x/tool.tgz", sha256: "aa" } },
        members: { tool: "0755" },
      },
    },
  });

  it("from nothing notes first, then brings what units need, then starts them", () => {
    expect(words(plan(given({ desired: all }, null)))).toEqual([
      "note what belongs to tailnet-work",
      "install coredns",
      "download https://x/tool.tgz",
      `write ${FILE}`,
      `write ${UNIT_FILE}`,
      `enable ${UNIT}`,
      "reload systemd",
      `start ${UNIT}`,
    ]);
  });

  it("writes files that a unit reads before the unit, whose stamp must not be older than they are", () => {
    const shared = "/etc/systemd/system/tsproxy-.service.d/zzzz-sandbox.conf";
    const files = { [UNIT_FILE]: file("[Service]\n"), [shared]: file(), "/etc/z": file() };
    const steps = words(plan(given({ desired: desired({ files, units: { [UNIT]: unit() } }) }, null)));
    expect(steps.filter((step) => step.startsWith("write"))).toEqual([
      `write ${shared}`,
      "write /etc/z",
      `write ${UNIT_FILE}`,
    ]);
  });

  it("is empty when nothing differs", () => {
    const seen = observed({
      files: {
        [FILE]: foundFile(),
        [UNIT_FILE]: foundFile("[Service]\n"),
        "/opt/tool-1/tool": foundFile("", { mode: "0755" }),
      },
      units: { [UNIT]: foundUnit() },
      packages: ["coredns"],
      downloads: { "/opt/tool-1": { sha256: "aa", members: { tool: "5:1" } } },
    });
    expect(plan(given({ desired: all, observed: seen }))).toEqual([]);
  });

  it("back to nothing stops before it removes, and forgets last", () => {
    const leaving = desired({ ...all, leave: LEAVE, units: { [UNIT]: unit({ clean: true }) } });
    const seen = observed({
      files: { [FILE]: foundFile(), [UNIT_FILE]: foundFile("[Service]\n") },
      units: { [UNIT]: foundUnit() },
      packages: ["coredns"],
      downloads: { "/opt/tool-1": { sha256: "aa", members: {} } },
    });
    expect(words(plan(given({ last: true, observed: seen }, leaving)))).toEqual([
      `take leave of ${UNIT}`,
      `stop ${UNIT}`,
      `delete the state of ${UNIT}`,
      `remove ${UNIT_FILE}`,
      `remove ${FILE}`,
      "remove /opt/tool-1",
      "reload systemd",
      "remove what nothing else needs of coredns",
      "unmask coredns.service",
      "forget tailnet-work",
    ]);
  });

  it("is empty when the last of a resource is gone", () => {
    expect(plan(given({ last: true }, null))).toEqual([]);
    const files = ownedBy(desired({ files: all.files }));
    expect(plan(given({ last: true, owned: files }, null))).toEqual([]);
  });

  it("takes away what cannot be seen when somebody deleted the manifest", () => {
    const unseen = desired({ ...all, units: { [UNIT]: unit({ clean: ["tsproxy-work"] }) } });
    expect(words(plan(given({ last: true, owned: ownedBy(unseen) }, null)))).toEqual([
      `disable ${UNIT}`,
      "delete the state in tsproxy-work",
      "remove /opt/tool-1",
      "remove what nothing else needs of coredns",
      "unmask coredns.service",
      "forget tailnet-work",
    ]);
  });

  it("writes the new before it removes the old", () => {
    const renamed = desired({ files: { "/etc/new": file() } });
    const seen = observed({ files: { [FILE]: foundFile() } });
    const steps = plan(given({ desired: renamed, observed: seen }, desired({ files: { [FILE]: file() } })));
    expect(words(steps)).toEqual([
      "note what belongs to tailnet-work",
      "write /etc/new",
      `remove ${FILE}`,
      "note what belongs to tailnet-work",
    ]);
    const [intent, , , now] = steps;
    expect(intent).toMatchObject({ text: expect.stringContaining(`file ${FILE}`) });
    expect(now).toEqual({
      do: "note",
      key: identity.key,
      text: manifestText(identity, null, ownedBy(renamed)),
    });
  });

  it("notes what it owns even if nothing else is to do", () => {
    const wanted = desired({ files: { [FILE]: file() } });
    const steps = plan(
      given({ desired: wanted, observed: observed({ files: { [FILE]: foundFile() } }) }, null),
    );
    expect(words(steps)).toEqual(["note what belongs to tailnet-work"]);
  });

  it("forgets a manifest even if nothing else is left", () => {
    expect(words(plan(given({ last: true }, NOTHING)))).toEqual(["forget tailnet-work"]);
  });

  it("never touches what it neither wants nor owns", () => {
    const seen = observed({
      files: { "/etc/theirs": foundFile("theirs") },
      units: { "theirs.service": foundUnit({ active: "failed", stale: true }) },
      packages: ["theirs"],
      downloads: { "/opt/theirs": { sha256: "", members: {} } },
      probes: { "/run/theirs.sock": answer({ healthy: false }) },
    });
    expect(plan(given({ observed: seen }))).toEqual([]);
  });
});

describe("writing a file", () => {
  const wanted = desired({ files: { [FILE]: file() } });
  const write = (found: string): Step => ({
    do: "write",
    path: FILE,
    mode: "0644",
    content: "text\n",
    found,
  });

  it.each([
    ["absent", observed()],
    [digestOf("mine"), observed({ files: { [FILE]: foundFile("mine") } })],
    [digestOf("text\n"), observed({ files: { [FILE]: foundFile("text\n", { mode: "0600" }) } })],
    [digestOf("text\n"), observed({ files: { [FILE]: foundFile("text\n", { owner: "1:1" }) } })],
    ["link", observed({ files: { [FILE]: foundFile("", { kind: "link", digest: null }) } })],
    ["other", observed({ files: { [FILE]: foundFile("", { kind: "directory", digest: null }) } })],
    ["other", observed({ files: { [FILE]: foundFile("", { kind: "other", digest: null }) } })],
  ])("carries the guard %s", (found, seen: Observed) => {
    expect(plan(given({ desired: wanted, observed: seen }))).toEqual([write(found)]);
  });

  it("carries the value of a secret, which nothing else of the plan does", () => {
    const secret = desired({ files: { [FILE]: file({ secret: "key" }, "0600") } });
    const steps = plan(given({ desired: secret, secrets: { key: "sesame" } }, null));
    expect(steps.filter((step) => JSON.stringify(step).includes("sesame"))).toEqual([
      { do: "write", path: FILE, mode: "0600", content: "sesame", found: "absent" },
    ]);
    expect(words(steps).join()).not.toContain("sesame");
    expect(JSON.stringify(steps)).not.toContain(digestOf("sesame"));
  });

  it("without the value of its secret is a fault of ours", () => {
    const secret = desired({ files: { [FILE]: file({ secret: "key" }) } });
    expect(() => plan(given({ desired: secret }))).toThrow(
      `${FILE} refers to the secret key, which was not given`,
    );
  });

  it.each(["text\n", "mine"])("that is there with %j adopts it before the note calls it ours", (text) => {
    const steps = plan(
      given(
        { desired: wanted, adopt: true, observed: observed({ files: { [FILE]: foundFile(text) } }) },
        null,
      ),
    );
    expect(words(steps).slice(0, 2)).toEqual([`adopt ${FILE}`, "note what belongs to tailnet-work"]);
  });

  it("that is ours already adopts nothing", () => {
    const steps = plan(
      given({ desired: wanted, adopt: true, observed: observed({ files: { [FILE]: foundFile("old") } }) }),
    );
    expect(words(steps)).toEqual([`write ${FILE}`]);
  });
});

describe("a unit", () => {
  it.each<[string, Case, string[]]>([
    ["that is as it should be is left alone", withUnit({}), []],
    ["that does not run is started", withUnit({ active: "inactive" }), [`start ${UNIT}`]],
    ["that failed is started", withUnit({ active: "failed" }), [`start ${UNIT}`]],
    [
      "that systemd does not know is started and enabled",
      given({ desired: desired({ units: { [UNIT]: unit() } }) }),
      [`enable ${UNIT}`, "reload systemd", `start ${UNIT}`],
    ],
    ["that is on its way up is waited for", withUnit({ active: "activating" }), [`wait for ${UNIT}`]],
    ["that was started with something else is restarted", withUnit({ started: "s0" }), [`start ${UNIT}`]],
    ["that left no stamp is restarted", withUnit({ started: "" }), [`start ${UNIT}`]],
    ["that reloaded something else is reloaded", withUnit({ reloaded: "r0" }), [`reload ${UNIT}`]],
    [
      "that was started and reloaded with something else is only restarted",
      withUnit({ started: "s0", reloaded: "r0" }),
      [`start ${UNIT}`],
    ],
    ["that is disabled is enabled", withUnit({ enabled: false }), [`enable ${UNIT}`, "reload systemd"]],
    ["that cannot be enabled is not", withUnit({ enabled: false }, { enabled: null }), []],
    [
      "whose file is newer than systemd's copy needs a reload of systemd",
      withUnit({ stale: true }),
      ["reload systemd"],
    ],
    ["whose check says 0 is left alone", withUnit({ check: 0 }, { check: ["/bin/c"] }), []],
    ["whose check says 1 is reloaded", withUnit({ check: 1 }, { check: ["/bin/c"] }), [`reload ${UNIT}`]],
    ["whose check says 2 is restarted", withUnit({ check: 2 }, { check: ["/bin/c"] }), [`start ${UNIT}`]],
    [
      "whose check gives no answer is reloaded",
      withUnit({ check: null }, { check: ["/bin/c"] }),
      [`reload ${UNIT}`],
    ],
  ])("%s", (_, input, steps) => {
    expect(words(plan(input))).toEqual(steps);
  });

  it("that is on its way up with an older file is restarted", () => {
    const wanted = desired({ files: { [UNIT_FILE]: file("new") }, units: { [UNIT]: unit() } });
    const seen = observed({
      files: { [UNIT_FILE]: foundFile("old") },
      units: { [UNIT]: foundUnit({ active: "activating" }) },
    });
    expect(words(plan(given({ desired: wanted, observed: seen })))).toEqual([
      `write ${UNIT_FILE}`,
      `enable ${UNIT}`,
      "reload systemd",
      `start ${UNIT}`,
    ]);
  });

  it("that is enabled is enabled again when its file changes, which may name another one that wants it", () => {
    const wanted = desired({
      files: { [UNIT_FILE]: file("new") },
      units: { [UNIT]: unit({ enabled: true }) },
    });
    const seen = observed({
      files: { [UNIT_FILE]: foundFile("old") },
      units: { [UNIT]: foundUnit({ enabled: true }) },
    });
    expect(words(plan(given({ desired: wanted, observed: seen })))).toContain(`enable ${UNIT}`);
  });

  it("that is a socket takes its service with it", () => {
    const wanted = desired({ units: { [SOCKET]: unit(), [UNIT]: unit() } });
    const seen = observed({ units: { [SOCKET]: foundUnit({ active: "inactive" }), [UNIT]: foundUnit() } });
    expect(words(plan(given({ desired: wanted, observed: seen })))).toEqual([`start ${UNIT} ${SOCKET}`]);
  });

  it("that is the service of a socket leaves that alone", () => {
    const wanted = desired({ units: { [SOCKET]: unit(), [UNIT]: unit() } });
    const seen = observed({ units: { [SOCKET]: foundUnit(), [UNIT]: foundUnit({ started: "s0" }) } });
    expect(words(plan(given({ desired: wanted, observed: seen })))).toEqual([`start ${UNIT}`]);
  });

  it("that is no longer wanted is stopped, and cleaned only if it says so", () => {
    const held = desired({
      units: { "a.service": unit({ clean: true }), "b.service": unit(), "c.service": unit() },
    });
    const seen = observed({ units: { "a.service": foundUnit(), "b.service": foundUnit() } });
    expect(words(plan(given({ observed: seen }, held)))).toEqual([
      "stop a.service b.service",
      "disable c.service",
      "delete the state of a.service",
      "note what belongs to tailnet-work",
    ]);
  });

  it("whose file is removed makes systemd read its files again", () => {
    const held = desired({ files: { [UNIT_FILE]: file() } });
    expect(
      words(plan(given({ observed: observed({ files: { [UNIT_FILE]: foundFile() } }) }, held))),
    ).toContain("reload systemd");
  });
});

describe("units of others that read its files", () => {
  const OTHERS: UnitName = "tsproxy-dns.service";
  const wanted = desired({ files: { [FILE]: file() }, readers: [OTHERS], units: { [UNIT]: unit() } });
  const seen = (text: string | null, other: Parameters<typeof foundUnit>[0], own = {}) =>
    observed({
      files: text === null ? {} : { [FILE]: foundFile(text) },
      units: { [UNIT]: foundUnit(own), [OTHERS]: foundUnit(other) },
    });
  const planned = (...parts: Parameters<typeof seen>) =>
    words(plan(given({ desired: wanted, observed: seen(...parts) })));

  it("are told when a file was written that somebody had changed", () =>
    expect(planned("changed", {})).toEqual([`write ${FILE}`, `tell ${OTHERS}`]));

  it("are told when a file was removed, last of all but the note", () => {
    const gone = plan(given({ last: true, observed: seen("text\n", {}) }, wanted));
    expect(words(gone).slice(-3)).toEqual([`remove ${FILE}`, `tell ${OTHERS}`, `forget ${identity.key}`]);
  });

  it.each([
    ["when nothing was changed", planned("text\n", {}), []],
    ["when they do not run", planned(null, { active: "inactive" }), [`write ${FILE}`]],
    [
      "when a unit of the resource starts, which tells them",
      planned(null, {}, { active: "inactive" }),
      [`write ${FILE}`, `start ${UNIT}`],
    ],
  ])("are left alone %s", (_, steps, expected) => expect(steps).toEqual(expected));
});

describe("a program that is asked", () => {
  const node = desired({ units: { [UNIT]: unit() }, probes: { work: NODE } });
  const seen = (active: string, probe: ReturnType<typeof answer> | null) =>
    observed({ units: { [UNIT]: foundUnit({ active }) }, probes: { [NODE.socket]: probe } });

  it.each([
    ["that is healthy is left alone", seen("active", answer()), []],
    ["that is not healthy is started again", seen("active", answer({ healthy: false })), [`start ${UNIT}`]],
    ["that does not answer is started again", seen("active", null), [`start ${UNIT}`]],
    ["that is on its way up is waited for", seen("activating", null), [`wait for ${UNIT}`]],
  ])("%s", (_, host: Observed, steps) => {
    expect(words(plan(given({ desired: node, observed: host })))).toEqual(steps);
  });

  it("that is not healthy is started again with what is on its way up, which may wait for it", () => {
    const waiting: UnitName = "tsproxy-work-online.service";
    const both = desired({ units: { [UNIT]: unit(), [waiting]: unit() }, probes: { work: NODE } });
    const host = observed({
      units: { [UNIT]: foundUnit(), [waiting]: foundUnit({ active: "activating" }) },
      probes: { [NODE.socket]: answer({ healthy: false }) },
    });
    const steps = words(plan(given({ desired: both, observed: host })));
    expect(steps).toEqual([`start ${[UNIT, waiting].sort().join(" ")}`]);
  });

  it("that starts again is not reloaded as well", () => {
    const host = observed({
      units: { [UNIT]: foundUnit({ reloaded: "r0" }) },
      probes: { "/run/a.sock": answer({ healthy: false }) },
    });
    expect(words(plan(given({ desired: node, observed: host })))).toEqual([`start ${UNIT}`]);
  });

  it("takes leave once, while its configuration is still there", () => {
    const held = desired({ leave: LEAVE });
    const there = observed({ files: { [FILE]: foundFile() } });
    expect(words(plan(given({ last: true, observed: there }, held)))).toContain(`take leave of ${UNIT}`);
    expect(words(plan(given({ last: true, owned: ownedBy(held) }, null)))).not.toContain(
      `take leave of ${UNIT}`,
    );
  });

  it("takes leave of what it leaves, which stays in the manifest until it is left", () => {
    const there = observed({ files: { [FILE]: foundFile() } });
    const at = (from: string) => desired({ files: { [FILE]: file(from) }, leave: { ...LEAVE, from } });
    const steps = plan(given({ desired: at("https://new"), observed: there }, at("https://old")));
    expect(words(steps).filter((step) => step.startsWith("note"))).toHaveLength(1);
    expect(steps[0]).toEqual({ do: "leave", leave: { ...LEAVE, from: "https://old" } });
    expect(steps.at(-1)).toMatchObject({
      do: "note",
      text: expect.stringMatching(/^leave .* https:\/\/new$/m),
    });
  });

  it("takes no leave of what no manifest names", () => {
    const there = observed({ files: { [FILE]: foundFile("other") } });
    const held = desired({ files: { [FILE]: file() }, leave: LEAVE });
    const named = { ...held, leave: { ...LEAVE, from: "https://new" } };
    expect(words(plan(given({ desired: named, observed: there }, held)))).not.toContain(
      `take leave of ${UNIT}`,
    );
  });

  it("takes no leave as long as the resource stays", () => {
    const kept = desired({ files: { [FILE]: file() }, leave: LEAVE });
    expect(plan(given({ desired: kept, observed: observed({ files: { [FILE]: foundFile() } }) }))).toEqual(
      [],
    );
  });
});

describe("packages", () => {
  const held = desired({ packages: { coredns: { keepOff: ["coredns.service"] }, curl: { keepOff: [] } } });

  it("that are missing are installed together, their units kept off", () => {
    expect(plan(given({ desired: held, observed: observed({ packages: ["curl"] }) }))).toEqual([
      { do: "install", packages: ["coredns"], keepOff: ["coredns.service"] },
    ]);
  });

  it("go when the manifest names them and nobody here wants them", () => {
    const wanted = desired({ packages: { curl: { keepOff: [] } } });
    const steps = plan(
      given({ desired: wanted, observed: observed({ packages: ["coredns", "curl"] }) }, held),
    );
    expect(steps.slice(0, -1)).toEqual([
      { do: "purge", packages: ["coredns"] },
      { do: "unmask", units: ["coredns.service"] },
    ]);
  });

  it("stay where no manifest says that they are ours, unless it was the last time to ask", () => {
    const seen = observed({ packages: ["curl"] });
    const owned = ownedBy(held);
    expect(plan(given({ owned, observed: seen }, null)).map((step) => step.do)).toEqual(["note"]);
    // the host knows which of them we have installed
    expect(words(plan(given({ last: true, owned, observed: seen }, null)))).toContain(
      "remove what nothing else needs of coredns curl",
    );
  });
});

describe("downloads", () => {
  const archives = {
    x86_64: { url: "https://x/x.tgz", sha256: "aa" },
    aarch64: { url: "https://x/a.tgz", sha256: "bb" },
  };
  const wanted = desired({ downloads: { "/opt/tool-1": { archives, members: { tool: "0755" } } } });

  it.each([
    ["x86_64", ["download https://x/x.tgz"]],
    ["aarch64", ["download https://x/a.tgz"]],
    ["riscv64", []],
  ])("are those for a host of %s", (architecture, steps) => {
    expect(words(plan(given({ desired: wanted, observed: observed({ architecture }) })))).toEqual(steps);
  });

  it("are discarded when another version takes their place", () => {
    const next = desired({ downloads: { "/opt/tool-2": { archives, members: {} } } });
    const seen = observed({ downloads: { "/opt/tool-1": { sha256: "aa", members: {} } } });
    expect(words(plan(given({ desired: next, observed: seen }, wanted))).slice(1, -1)).toEqual([
      "download https://x/x.tgz",
      "remove /opt/tool-1",
    ]);
  });
});

describe("the owner of a manifest", () => {
  it.each([
    [{ project: "home", stack: "prod" }, "gateway of stack home/prod"],
    [{ project: "", stack: "" }, "gateway (unreadable manifest)"],
  ])("%j is called %j", (owner, text) => {
    expect(ownerOf("gateway", { ...owner, nonce: "", gateway: null, owned: null, text: "" })).toBe(text);
  });
});

const OBJECTS: readonly KernelObject[] = ["namespace tsp-work", "table inet tsproxy_work"];

describe("what the kernel holds", () => {
  const inKernel = desired({
    units: { [UNIT]: unit({ check: ["/etc/check", "work"] }) },
    kernel: { [UNIT]: OBJECTS },
  });

  it("is taken away with the resource, whether or not a unit still can", () => {
    const steps = plan(given({ last: true }, inKernel));
    expect(steps).toContainEqual({
      do: "unmake",
      objects: ["namespace tsp-work", "table inet tsproxy_work"],
    });
  });

  it("stays as long as it is wanted", () => {
    const steps = plan(given({ desired: inKernel, observed: observed() }));
    expect(steps.map((step) => step.do)).not.toContain("unmake");
  });

  it.each([
    ["reloaded", { check: 1 }, "reload"],
    ["started", { active: "inactive" }, "start"],
  ])("is guarded by an undo when its unit is %s", (_, found, what) => {
    const steps = plan(
      given({
        desired: inKernel,
        observed: observed({ units: { [UNIT]: foundUnit({ check: 0, ...found }) } }),
      }),
    );
    expect(steps).toContainEqual({ do: what, units: [UNIT], inKernel: true });
  });

  it("is not guarded where it can cut no way to the host", () => {
    const door = desired({
      units: { [UNIT]: unit({ check: ["/etc/check", "work:socks"], mayCutOff: false }) },
    });
    const stopped = observed({ units: { [UNIT]: foundUnit({ check: 0, active: "inactive" }) } });
    expect(plan(given({ desired: door, observed: stopped }))).toContainEqual({ do: "start", units: [UNIT] });
  });
});

describe("a file that the manifest names and no look shows", () => {
  it("is removed with the resource: a killed run may have left half of it", () => {
    const steps = plan(given({ last: true }, desired({ files: { [FILE]: file() } })));
    expect(steps).toContainEqual({ do: "remove", path: FILE, found: "absent" });
  });
});
