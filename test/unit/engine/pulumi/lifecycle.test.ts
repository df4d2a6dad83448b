import { HostError, type HostErrorCode } from "../../../../providers/engine/errors.ts";
import type { Host } from "../../../../providers/engine/host.ts";
import type { Desired } from "../../../../providers/engine/kinds/desired.ts";
import { digestOf, shortDigest } from "../../../../providers/engine/kinds/file.ts";
import type { HostPath } from "../../../../providers/engine/kinds/names.ts";
import { read } from "../../../../providers/engine/pulumi/drift.ts";
import type { HostStateInputs } from "../../../../providers/engine/pulumi/inputs.ts";
import { create, diff, update } from "../../../../providers/engine/pulumi/lifecycle.ts";
import { remove } from "../../../../providers/engine/pulumi/removal.ts";
import { PulumiRun } from "../../../../providers/engine/pulumi/run.ts";
import { manifestPath } from "../../../../providers/engine/state/manifest.ts";
import type { Connection, HostStateOutputs } from "../../../../providers/engine/state/outputs.ts";
import { recordedIn } from "../../../../providers/engine/state/outputs.ts";
import { isPartial, plain } from "../../../fake/deployment.ts";
import { losing, recorded } from "../../../fake/interference.ts";
import { FakeHost } from "../../../fake-host.ts";
import { desired, FILE, file, identity } from "../make.ts";

type Inputs = HostStateInputs<Connection>;
type Outputs = HostStateOutputs<Connection>;

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const KEY: HostPath = "/etc/tsproxy/work/key";
const ED = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl";
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const WANTED: Desired = desired({ files: { [FILE]: file(), [KEY]: file({ secret: "key" }, "0600") } });
const NEWS: Inputs = {
  connection: { host: "gateway.lan", hostKey: ED },
  identity,
  desired: WANTED,
  secrets: { key: "sesame" },
  adopt: false,
  __provider: "exports.handler = …",
};
const silent = () => undefined;
const about = (line: string) => `gateway.lan: tailnet-work: ${line}`;

async function made(host: Host = new FakeHost(), news: Inputs = NEWS): Promise<Outputs> {
  return plain((await create(() => host, news, silent)).outs);
}

/** What a host does that cannot be reached. */
const off: Host = {
  name: "gateway.lan",
  look: () =>
    Promise.reject(new HostError("unreachable", { host: "gateway.lan", doing: "connect", because: "off" })),
  apply: () => Promise.reject(new Error("must not be asked")),
  contents: () => Promise.reject(new Error("must not be asked")),
};

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error("did not fail");
}

describe("diff", () => {
  const changed: readonly [string, Partial<Inputs>, ReturnType<typeof diff>][] = [
    ["nothing", {}, { changes: false }],
    [
      "the order of keys",
      { desired: { ...WANTED, files: { [KEY]: WANTED.files[KEY]!, [FILE]: WANTED.files[FILE]! } } },
      { changes: false },
    ],
    ["the text of a file", { desired: { ...WANTED, files: { ...WANTED.files, [FILE]: file("new") } } }, {}],
    [
      "the mode of a file",
      { desired: { ...WANTED, files: { ...WANTED.files, [FILE]: file("text\n", "0600") } } },
      {},
    ],
    ["a file less", { desired: desired({ files: { [FILE]: file() } }) }, {}],
    ["a secret", { secrets: { key: "sesame!" } }, {}],
    ["adopt", { adopt: true }, {}],
    ["the stack", { identity: { ...identity, stack: "dev" } }, {}],
    [
      "the name on the host",
      { identity: { ...identity, key: "tailnet-play" } },
      { replaces: ["identity"], deleteBeforeReplace: true },
    ],
    ["the address of the host", { connection: { host: "192.0.2.7", hostKey: ED } }, {}],
    [
      "the comment of the host key",
      { connection: { host: "gateway.lan", hostKey: `${ED} root@gateway` } },
      {},
    ],
    [
      "a host name before the host key",
      { connection: { host: "gateway.lan", hostKey: `gateway.lan ${ED}` } },
      {},
    ],
    ["the host key, which may be mistyped", { connection: { host: "gateway.lan", hostKey: OTHER } }, {}],
    [
      "address and host key, which is another host",
      { connection: { host: "192.0.2.7", hostKey: OTHER } },
      { replaces: ["connection"], deleteBeforeReplace: true },
    ],
    [
      "port and host key, which is another host",
      { connection: { host: "gateway.lan", port: 2222, hostKey: OTHER } },
      { replaces: ["connection"], deleteBeforeReplace: true },
    ],
    [
      "the jump host and the host key, which is another host",
      { connection: { host: "gateway.lan", hostKey: OTHER, jump: { host: "192.0.2.1", hostKey: ED } } },
      { replaces: ["connection"], deleteBeforeReplace: true },
    ],
    ["the port", { connection: { host: "gateway.lan", port: 2222, hostKey: ED } }, {}],
    [
      "host and name",
      { connection: { host: "192.0.2.7", hostKey: OTHER }, identity: { ...identity, key: "k" } },
      { replaces: ["connection", "identity"], deleteBeforeReplace: true },
    ],
    ["a secret that is not known yet", { secrets: { key: UNKNOWN } }, { changes: true }],
    [
      "a host key that is not known yet",
      { connection: { host: "gateway.lan", hostKey: UNKNOWN } },
      { changes: true },
    ],
  ];

  it.each(changed)("sees a change of %s", async (_, parts, difference) => {
    expect(diff(await made(), plain({ ...NEWS, ...parts }))).toEqual(difference);
  });

  it("sees no change in other requirements, which are asked before a change only", async () => {
    const requirements = [{ kind: "package", name: "tool", instead: "other words" }] as const;
    expect(diff(await made(), plain({ ...NEWS, desired: { ...WANTED, requirements } }))).toEqual({
      changes: false,
    });
  });

  it("tells two keys of one type apart in lines of known_hosts", async () => {
    const olds = { ...(await made()), connection: { host: "gateway.lan", hostKey: `gateway.lan ${ED}` } };
    const news = { ...NEWS, connection: { host: "192.0.2.7", hostKey: `gateway.lan ${OTHER}` } };
    expect(diff(olds, news).replaces).toEqual(["connection"]);
  });

  it("sees that desires which are not known yet may change", async () => {
    // the engine puts this text in the place of any value, whatever its type
    const news: Inputs = JSON.parse(JSON.stringify({ ...NEWS, desired: UNKNOWN }));
    expect(diff(await made(), news)).toEqual({ changes: true });
  });

  it("sees a run that failed part-way", async () => {
    expect(diff({ ...(await made()), settled: false }, NEWS)).toEqual({ changes: true });
  });

  const said = (olds: Outputs, news: Inputs, run = new PulumiRun()): string[] => {
    const lines: string[] = [];
    diff(olds, news, run, (...more) => void lines.push(...more));
    return lines;
  };

  it("says in words what the program changes", async () => {
    const files = { ...WANTED.files, [FILE]: file("new") };
    expect(said(await made(), { ...NEWS, desired: { ...WANTED, files } })).toEqual([about(`writes ${FILE}`)]);
    expect(said(await made(), NEWS)).toEqual([]);
  });

  it("says no more of what the same run has found than the refresh did", async () => {
    const host = new FakeHost();
    const run = new PulumiRun();
    const olds = await made(host);
    host.disk.write(FILE, "mine\n");
    const { props } = { props: undefined, ...(await read(() => host, "id", olds, run)) };
    const rotated = { ...NEWS, secrets: { key: "rotated" } };
    expect(said(plain(props!), NEWS, run)).toEqual([]);
    expect(said(plain(props!), NEWS, run)).toEqual([]);
    expect(said(plain(props!), rotated, run)).toEqual([about(`writes ${KEY}`)]);
    expect(said(plain(props!), rotated)).toEqual([about(`writes ${FILE}`), about(`writes ${KEY}`)]);
  });

  it("says not more than can be read at a glance", async () => {
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${FILE}${n}`, file()]));
    const lines = said(await made(), {
      ...NEWS,
      desired: { ...WANTED, files: { ...WANTED.files, ...many } },
    });
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe(about("and 20 more"));
  });

  it("says itself what a refresh has found, since the engine would compare inputs with outputs", async () => {
    const host = new FakeHost();
    const run = new PulumiRun();
    const olds = await made(host);
    host.disk.write(FILE, "mine\n");
    const { props } = { props: undefined, ...(await read(() => host, "id", olds, run)) };
    expect(diff(plain(props!), NEWS, run)).toEqual({ changes: true });
    expect(diff(plain(props!), NEWS, run)).toEqual({});
  });
});

describe("create", () => {
  it("returns an id of host and name, and outputs without text", async () => {
    const { id, outs } = await create(() => new FakeHost(), NEWS, silent);
    expect(id).toBe("gateway.lan/tailnet-work");
    expect(plain(outs)).toEqual({
      connection: NEWS.connection,
      nonce: expect.stringMatching(/^[0-9a-f]{8}$/),
      identity,
      secrets: { key: "sesame" },
      adopt: false,
      __provider: NEWS.__provider,
      format: 2,
      outline: JSON.stringify({
        files: {
          [FILE]: shortDigest(digestOf("text\n")),
          [KEY]: { secret: "key" },
        },
        units: {},
      }),
      alsoOwned: [],
      settled: true,
      facts: { architecture: "x86_64", probes: {} },
    });
  });

  it.each<HostErrorCode>([
    ...([
      "unreachable",
      "offline",
      "handshake",
      "credentials",
      "host-key",
      "authentication",
      "not-root",
    ] as const),
  ])("that fails with %s before anything was changed is not recorded", async (code) => {
    const host: Host = {
      ...off,
      look: () => Promise.reject(new HostError(code, { host: "gw", doing: "x", because: "y" })),
    };
    const error = await failureOf(create(() => host, NEWS, silent));
    expect(error).toMatchObject({ name: "HostError", code });
    expect(isPartial(error)).toBe(false);
  });

  it("that is refused leaves no trace in state", async () => {
    const host = new FakeHost();
    host.lacks.root = "uid 1000";
    const news = {
      ...NEWS,
      desired: { ...WANTED, requirements: [{ kind: "root" }, { kind: "tun" }] },
    } as const;
    host.lacks.tun = "";
    const before = String(host);
    const error = await failureOf(create(() => host, news, silent));
    expect(error).toMatchObject({
      code: "requirements",
      facts: { evidence: [expect.stringContaining("root"), expect.stringContaining("/dev/net/tun")] },
    });
    expect(isPartial(error)).toBe(false);
    expect(String(host)).toBe(before);
  });

  it("says advice and goes on", async () => {
    const host = new FakeHost();
    host.lacks.firewalls = "ufw ";
    const lines: string[] = [];
    await create(
      () => host,
      { ...NEWS, desired: { ...WANTED, requirements: [{ kind: "firewalls", interface: "tsp-+" }] } },
      (line) => void lines.push(line),
    );
    expect(lines).toEqual([expect.stringMatching(/^gateway\.lan: note: ufw drops what this host forwards/)]);
    expect(host.disk.text(FILE)).toBe("text\n");
  });

  it("takes over what a resource of its stack left, and refuses what one of its program has", async () => {
    const host = new FakeHost();
    const first = await made(host);
    const again = await made(host);
    expect(again.nonce).not.toBe(first.nonce);
    const run = new PulumiRun();
    diff(again, NEWS, run);
    const there = String(host);
    const twin = create(
      () => host,
      { ...NEWS, connection: { ...NEWS.connection, host: "10.0.0.1" } },
      silent,
      run,
    );
    await expect(twin).rejects.toThrow(
      "gateway.lan: cannot take tailnet-work: another resource of this program has it, which calls the same host gateway.lan [foreign]\n  hint: a host has one Gateway",
    );
    expect(String(host)).toBe(there);
  });

  it("that took the name of a resource which the program still has is told at that one", async () => {
    const host = new FakeHost();
    const first = await made(host);
    const run = new PulumiRun();
    await create(() => host, NEWS, silent, run);
    expect(() => diff(first, NEWS, run)).toThrow(
      "gateway.lan: cannot keep tailnet-work: another resource of this program took it",
    );
  });

  it("that took the name of a resource which is replaced is left in peace by that one", async () => {
    const host = new FakeHost();
    const first = await made(host);
    const run = new PulumiRun();
    await create(() => host, NEWS, silent, run);
    const news = { ...NEWS, identity: { ...identity, key: "tailnet-play" } };
    expect(diff(first, news, run)).toMatchObject({ replaces: ["identity"] });
  });

  it("that is locked out is not recorded", async () => {
    const host = new FakeHost();
    host.lockedBy = "home/prod (gateway), process 7";
    expect(isPartial(await failureOf(create(() => host, NEWS, silent)))).toBe(false);
  });

  it("that fails part-way is recorded with everything that Pulumi needs", async () => {
    const error = await failureOf(create(() => losing(new FakeHost(), 1), NEWS, silent));
    if (!isPartial(error)) throw error;
    expect(error.id).toBe("gateway.lan/tailnet-work");
    expect(error.reasons).toEqual([expect.stringContaining("[connection-lost]")]);
    expect(plain(error.properties)).toMatchObject({
      __provider: NEWS.__provider,
      settled: false,
      alsoOwned: [],
      secrets: { key: "sesame" },
    });
  });

  it.each<HostErrorCode>(["unreachable", "locked"])(
    "that fails with %s after something was changed is recorded",
    async (code) => {
      const host = new FakeHost();
      let applies = 0;
      const second: Host = {
        name: host.name,
        look: (question) => host.look(question),
        contents: (paths) => host.contents(paths),
        async apply(order) {
          if (applies++ > 0) throw new HostError(code, { host: "gw", doing: "x", because: "y" });
          host.disk.makeParents(FILE);
          host.disk.write(FILE, "raced");
          return host.apply(order);
        },
      };
      host.disk.makeParents(FILE);
      host.disk.write(FILE, "theirs");
      const error = await failureOf(create(() => second, { ...NEWS, adopt: true }, silent));
      expect(error).toMatchObject({ code: "connection-lost" });
      expect(isPartial(error)).toBe(true);
    },
  );

  const SECOND: HostPath = "/etc/tsproxy/work/second";
  const TWO = { ...NEWS, desired: desired({ files: { [FILE]: file(), [SECOND]: file("second\n") } }) };

  it("that loses its name after something was changed is recorded, and does not say that nothing was", async () => {
    const host = new FakeHost();
    let applies = 0;
    const overtaken: Host = {
      name: host.name,
      look: (question) => host.look(question),
      contents: (paths) => host.contents(paths),
      async apply(order) {
        if (applies++ > 0) {
          const theirs = "tsproxy 2 other prod 0123abcd -\nfile /etc/x\n";
          host.disk.write(manifestPath(identity.key), theirs, "0600");
          return host.apply(order);
        }
        const applied = await host.apply(order);
        host.disk.remove(FILE);
        return { ...applied, observed: await host.look({ owned: order.owned, requirements: [] }) };
      },
    };
    const error = await failureOf(create(() => overtaken, TWO, silent));
    expect(error).toMatchObject({
      code: "step-failed",
      message: expect.stringContaining("; what this run did before stays done [step-failed]"),
      facts: {
        evidence: expect.arrayContaining(["tailnet-work belongs to tailnet-work of stack other/prod"]),
      },
    });
    expect(isPartial(error)).toBe(true);
    expect(host.disk.text(SECOND)).toBe("second\n");
  });

  it("that meets another program's file, and then a lock, is recorded", async () => {
    const host = new FakeHost();
    let applies = 0;
    const raced: Host = {
      name: host.name,
      look: (question) => host.look(question),
      contents: (paths) => host.contents(paths),
      apply(order) {
        if (applies++ === 0) {
          host.disk.makeParents(SECOND);
          host.disk.write(SECOND, "theirs\n");
        } else host.lockedBy = "a colleague";
        return host.apply(order);
      },
    };
    const error = await failureOf(create(() => raced, TWO, silent));
    expect(error).toMatchObject({ code: "connection-lost" });
    expect(String(error)).toContain("locked by a colleague; what this run did before stays done");
    expect(isPartial(error)).toBe(true);
    expect(host.disk.text(FILE)).toBe("text\n");
  });

  it("never puts a secret into the text of an error", async () => {
    const host = new FakeHost();
    host.disk.makeParents(`${KEY}/x`);
    const error = await failureOf(create(() => host, { ...NEWS, adopt: true }, silent));
    expect(String(error)).not.toContain("sesame");
  });

  it("passes on a fault of ours as it is", async () => {
    const error = await failureOf(create(() => new FakeHost(), { ...NEWS, secrets: {} }, silent));
    expect(error).not.toBeInstanceOf(HostError);
    expect(isPartial(error)).toBe(false);
  });
});

describe("update", () => {
  it.each<[string, Partial<Inputs>]>([
    ["the comment of the host key", { connection: { host: "gateway.lan", hostKey: `${ED} root@gateway` } }],
    ["nothing", {}],
  ])("of %s does not go to the host", async (_, parts) => {
    const olds = await made();
    const news = plain({ ...NEWS, ...parts });
    const { outs } = await update(() => off, "id", olds, news, silent);
    expect(plain(outs)).toEqual({ ...olds, connection: news.connection, adopt: news.adopt });
  });

  it("of adopt goes to the host, and back from it does not", async () => {
    const host = new FakeHost();
    const olds = await made(host);
    const { host: watched, record } = recorded(host);
    const adopting = { ...NEWS, adopt: true };
    const { outs } = await update(() => watched, "id", olds, adopting, silent);
    expect(record).toEqual({ looks: 1, applies: 0, steps: [] });
    const again = await update(() => off, "id", plain(outs), NEWS, silent);
    expect(plain(again.outs)).toEqual(olds);
  });

  describe("of the address, with the same host key", () => {
    const moved = { ...NEWS, connection: { host: "192.0.2.7", hostKey: ED } };

    it("looks at the host, and changes nothing where that is the same machine", async () => {
      const host = new FakeHost();
      const olds = await made(host);
      const { host: watched, record } = recorded(host);
      const { outs } = await update(() => watched, "id", olds, moved, silent);
      expect(record).toEqual({ looks: 1, applies: 0, steps: [] });
      expect(plain(outs)).toEqual({ ...olds, connection: moved.connection });
    });

    it("makes everything on another machine that shows the key, as a cloned image does", async () => {
      const clone = new FakeHost("192.0.2.7");
      const { outs } = await update(() => clone, "id", await made(), moved, silent);
      expect(clone.disk.text(FILE)).toBe("text\n");
      expect(await read(() => clone, "id", plain(outs))).toEqual({ id: "id", props: plain(outs) });
    });

    it("is refused where nothing answers, and the state keeps the address that works", async () => {
      const olds = await made();
      const error = await failureOf(update(() => off, "id", olds, moved, silent));
      expect(error).toMatchObject({ code: "unreachable" });
      expect(isPartial(error)).toBe(false);
    });
  });

  it("of the host key goes to the host, which is the one that can tell", async () => {
    const news = { ...NEWS, connection: { host: "gateway.lan", hostKey: OTHER } };
    const olds = await made();
    const error = await failureOf(update(() => off, "id", olds, news, silent));
    expect(isPartial(error)).toBe(false);
    // installed anew: nothing of it is there
    const host = new FakeHost();
    await update(() => host, "id", olds, news, silent);
    expect(host.disk.text(FILE)).toBe("text\n");
  });

  it("goes to the host again after a run that failed part-way", async () => {
    const host = new FakeHost();
    const error = await failureOf(create(() => losing(host, 2), NEWS, silent));
    if (!isPartial(error)) throw error;
    const { outs } = await update(() => host, error.id, plain(error.properties), NEWS, silent);
    expect(plain(outs)).toEqual({ ...(await made()), nonce: plain(error.properties).nonce });
  });

  it("that fails part-way remembers the marks of both wishes", async () => {
    const host = new FakeHost();
    const olds = await made(host);
    const next = { ...NEWS, desired: desired({ files: { "/etc/tsproxy/new": file() } }) };
    const error = await failureOf(update(() => losing(host, 1), "id", olds, next, silent));
    if (!isPartial(error)) throw error;
    expect(recordedIn(error.properties).alsoOwned).toEqual([`file ${FILE}`, `file ${KEY}`]);
    expect(Object.keys(recordedIn(error.properties).outline.files)).toEqual(["/etc/tsproxy/new"]);
    expect(error.properties.facts).toEqual(olds.facts);
    const third = { ...NEWS, desired: desired({ files: { "/etc/tsproxy/third": file() } }) };
    const again = await failureOf(
      update(() => losing(host, 1), "id", plain(error.properties), third, silent),
    );
    if (!isPartial(again)) throw again;
    expect(recordedIn(again.properties).alsoOwned).toEqual(
      [`file ${FILE}`, "file /etc/tsproxy/new", `file ${KEY}`].sort(),
    );
  });

  it("changes a secret without a word about it", async () => {
    const host = new FakeHost();
    const olds = await made(host);
    const { host: watched, record } = recorded(host);
    await update(() => watched, "id", olds, { ...NEWS, secrets: { key: "rotated" } }, silent);
    expect(record.steps).toEqual([`write ${KEY}`]);
    expect(host.disk.text(KEY)).toBe("rotated");
  });
});

describe("read", () => {
  it("returns the outputs as they were, and no inputs, when nothing differs", async () => {
    const host = new FakeHost();
    const olds = await made(host);
    const { host: watched, record } = recorded(host);
    expect(await read(() => watched, "id", olds)).toEqual({ id: "id", props: olds });
    expect(record).toMatchObject({ looks: 1, applies: 0 });
  });

  it("returns what the host holds as inputs when something differs", async () => {
    const host = new FakeHost();
    const olds = await made(host);
    host.disk.write(FILE, "mine\n", "0600");
    host.disk.write(KEY, "guess", "0600");
    const answer = await read(() => host, "id", olds);
    expect(plain(answer)).toEqual({
      id: "id",
      inputs: {
        ...NEWS,
        secrets: { key: "guess" },
        desired: {
          files: { [FILE]: file("mine\n", "0600"), [KEY]: file({ secret: "key" }, "0600") },
          units: {},
        },
      },
      props: {
        ...olds,
        secrets: { key: "guess" },
        drift: [
          `file ${FILE} was edited`,
          `file ${FILE} has mode 0600 instead of 0644`,
          `file ${KEY} was edited`,
        ],
        __found: JSON.stringify({
          files: {
            [FILE]: { mode: "0600", digest: shortDigest(digestOf("mine\n")) },
            [KEY]: { secret: "key" },
          },
          units: {},
        }),
      },
    });
  });

  it("finds nothing any more once the program wants the secret that the host holds, as after an update that was cut", async () => {
    const host = new FakeHost();
    const olds = await made(host);
    host.disk.write(KEY, "rotated", "0600");
    const { props } = { props: undefined, ...(await read(() => host, "id", olds)) };
    const found = plain(props!);
    expect(diff(found, { ...NEWS, secrets: { key: "rotated" } })).toEqual({ changes: false });
    expect(diff(found, NEWS)).toEqual({});
    expect(await read(() => host, "id", found)).toEqual({ id: "id", props });
  });

  it("says what differs, and what is wanted again when nothing differs any more", async () => {
    const host = new FakeHost();
    const olds = await made(host);
    const before = String(host);
    host.disk.remove(FILE);
    const lines: string[] = [];
    const say = (...more: readonly string[]) => void lines.push(...more);
    const { props } = { props: undefined, ...(await read(() => host, "id", olds, new PulumiRun(), say)) };
    expect(lines).toEqual([about(`file ${FILE} is missing`)]);
    expect(props).toMatchObject({ drift: [`file ${FILE} is missing`] });
    const again = await read(() => host, "id", plain(props!));
    expect(again).toEqual({ id: "id", props });
    await update(() => host, "id", plain(props!), NEWS, silent);
    expect(String(host)).toBe(before);
    const healed = { props: undefined, ...(await read(() => host, "id", plain(props!))) };
    expect(healed.props).toEqual(olds);
  });

  it("leaves out what is missing, its secret too", async () => {
    const host = new FakeHost();
    const olds = await made(host);
    host.disk.remove(KEY);
    const { inputs } = { inputs: undefined, ...(await read(() => host, "id", olds)) };
    expect(inputs).toMatchObject({ secrets: {}, desired: { files: { [FILE]: file() } } });
    expect(inputs?.desired.files).not.toHaveProperty([KEY]);
    expect(inputs?.secrets).toEqual({});
  });

  it("makes an update follow when only the manifest is missing", async () => {
    const host = new FakeHost();
    const olds = await made(host);
    host.disk.remove("/var/lib/tsproxy/tailnet-work.manifest");
    const { props } = { props: undefined, ...(await read(() => host, "id", olds)) };
    expect(diff(plain(props!), NEWS)).toEqual({ changes: true });
  });

  it("returns nothing when nothing is left", async () => {
    expect(await read(() => new FakeHost(), "id", await made())).toEqual({});
  });

  it("tells that the host cannot be reached", async () => {
    await expect(read(() => off, "id", await made())).rejects.toThrow("[unreachable]");
  });
});

describe("delete", () => {
  it("leaves the host as it was", async () => {
    const host = new FakeHost();
    const before = String(host);
    const outs = await made(host);
    await remove(() => host, outs, silent);
    expect(String(host)).toBe(before);
  });

  it("from a host that cannot be reached says how to forget it", async () => {
    const outs = await made();
    for (const run of [new PulumiRun(), new PulumiRun("gateway,gateway.lan.example")]) {
      await expect(remove(() => off, outs, silent, run)).rejects.toThrow(
        "gateway.lan: cannot connect: off [unreachable]\n  hint: if gateway.lan is gone for good, run the same command with TSPROXY_FORGET_HOSTS=gateway.lan in its environment",
      );
    }
  });

  it("from a host that is named as gone for good forgets it, and says so", async () => {
    const outs = await made();
    const lines: string[] = [];
    await remove(
      () => off,
      outs,
      (line) => void lines.push(line),
      new PulumiRun("10.0.0.1, gateway.lan"),
    );
    expect(lines).toEqual(["gateway.lan: tailnet-work is forgotten, with all that it left there: off"]);
  });

  it.each<HostErrorCode>([
    "offline",
    "handshake",
    "credentials",
    "authentication",
    "not-root",
    "connection-lost",
  ])("that fails with %s never forgets a host, whatever was named", async (code) => {
    const facts = { host: "gateway.lan", doing: "connect", because: "no" };
    const mute: Host = { ...off, look: () => Promise.reject(new HostError(code, facts)) };
    const outs = await made();
    const named = new PulumiRun("gateway.lan");
    await expect(remove(() => mute, outs, silent, named)).rejects.toThrow(`no [${code}]`);
    await expect(remove(() => mute, outs, silent, named)).rejects.not.toThrow("TSPROXY_FORGET_HOSTS");
  });

  it("behind a jump host that does not answer forgets a host only if both are named", async () => {
    const facts = { host: "jump.lan", doing: "connect", because: "no" };
    const behind: Host = { ...off, look: () => Promise.reject(new HostError("unreachable", facts)) };
    const outs = await made();
    for (const named of ["gateway.lan", "jump.lan"])
      await expect(remove(() => behind, outs, silent, new PulumiRun(named))).rejects.toThrow(
        "if gateway.lan and jump.lan are gone for good, run the same command with TSPROXY_FORGET_HOSTS=gateway.lan,jump.lan in its environment",
      );
    await remove(() => behind, outs, silent, new PulumiRun("gateway.lan,jump.lan"));
  });

  it("from a host that is named as gone for good, but answers, leaves it as it was", async () => {
    const host = new FakeHost();
    const before = String(host);
    await remove(() => host, await made(host), silent, new PulumiRun("gateway.lan"));
    expect(String(host)).toBe(before);
  });

  it("from a host that is locked is not forgotten, whatever was named", async () => {
    const host = new FakeHost();
    const outs = await made(host);
    host.lockedBy = "home/prod (gateway), process 7";
    await expect(remove(() => host, outs, silent, new PulumiRun("gateway.lan"))).rejects.toThrow("[locked]");
  });

  it("of what is gone already takes one look", async () => {
    const { host, record } = recorded(new FakeHost());
    await remove(() => host, await made(), silent);
    expect(record).toMatchObject({ looks: 1, applies: 0 });
  });

  it("leaves alone what became another stack's", async () => {
    const host = new FakeHost();
    const outs = await made(host, { ...NEWS, identity: { ...identity, stack: "dev" } });
    const before = String(host);
    await remove(() => host, { ...outs, identity }, silent);
    expect(String(host)).toBe(before);
  });

  it("of a gateway takes along the directory of a run that was killed before it noted anything", async () => {
    const host = new FakeHost();
    const before = String(host);
    const gateway = { ...identity, key: "gateway", sweeps: true };
    const outs = await made(new FakeHost(), { ...NEWS, identity: gateway });
    host.disk.makeDirectory("/var/lib/tsproxy");
    await remove(() => host, outs, silent);
    expect(String(host)).toBe(before);
  });

  it("a second time leaves alone what the first gave back", async () => {
    const host = new FakeHost();
    host.disk.makeParents(FILE);
    host.disk.write(FILE, "text\n");
    const before = String(host);
    const outs = await made(host, { ...NEWS, adopt: true });
    await remove(() => host, outs, silent);
    await remove(() => host, outs, silent);
    expect(String(host)).toBe(before);
  });

  it("without a manifest leaves files that somebody changed since", async () => {
    const host = new FakeHost();
    const outs = await made(host);
    host.disk.remove("/var/lib/tsproxy/tailnet-work.manifest");
    host.disk.write(FILE, "mine\n");
    await remove(() => host, outs, silent);
    expect(host.disk.text(FILE)).toBe("mine\n");
    expect(host.disk.text(KEY)).toBeNull();
  });
});

describe("a state of a newer release", () => {
  const newer = async () => Object.assign({}, await made(), JSON.parse('{"format":3}'));

  it.each<[string, (olds: Outputs) => unknown]>([
    ["diff", (olds) => diff(olds, NEWS)],
    ["update", (olds) => update(() => off, "id", olds, NEWS, silent)],
    ["read", (olds) => read(() => off, "id", olds)],
    ["delete", (olds) => remove(() => off, olds, silent)],
  ])("is refused by %s", async (_, act) => {
    const olds = await newer();
    await expect((async () => act(olds))()).rejects.toThrow(
      `gateway.lan: cannot read the state: it has format 3, and this release of pulumi-tsproxy knows formats up to 2 [state-format]
  hint: use the release that wrote it, or a newer one`,
    );
  });
});
