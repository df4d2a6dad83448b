import { HostError, type HostErrorCode } from "../../providers/engine/errors.ts";
import { failing, losing, raced, recorded } from "../fake/interference.ts";
import { nothing, Stack, type Wish } from "../fake/stack.ts";
import { DRIFTS } from "./drifts.ts";
import type { Machine } from "./machine.ts";
import { HOME, KEEPER, SECRETS, STATES, state, UNITS, WALKER } from "./states.ts";

const FULL: Wish = { desired: state(), secrets: SECRETS };
const NOTES = `${HOME}/notes`;
const STEPS_MAX = 100;
const INTERRUPTIONS: readonly HostErrorCode[] = ["connection-lost", "step-failed"];

export interface Thoroughness {
  /** Length of the random walk. */
  readonly walk: number;
  /** Of the steps of a plan, each how many-th is made to fail. */
  readonly stride: number;
}

/** What every host has to hold to, so that the one in memory cannot drift from a real one. */
export function hostContract(makeMachine: () => Promise<Machine>, { walk, stride }: Thoroughness): void {
  let machine: Machine;
  let before: string;

  beforeEach(async () => {
    machine = await makeMachine();
    before = await machine.picture();
  });
  afterEach(() => machine.close());

  /** What a host looks like that has never held anything else. */
  async function fresh(wish: Wish): Promise<string> {
    const stack = new Stack(machine.host);
    await stack.up(wish);
    const picture = await machine.picture();
    await stack.destroy();
    return picture;
  }

  async function settled(identity: ConstructorParameters<typeof Stack>[1] = {}): Promise<Stack> {
    const stack = new Stack(machine.host, identity);
    await stack.up(FULL);
    return stack;
  }

  const starts = () => Promise.all(UNITS.map((unit) => machine.startOf(unit)));

  describe("going from one state to another", () => {
    it("takes one look and one change, verification included", async () => {
      const { host, record } = recorded(machine.host);
      const stack = new Stack(host);
      await stack.up(FULL);
      expect(record).toMatchObject({ looks: 1, applies: 1 });
      await stack.destroy();
    });

    it("writes every file with exactly its bytes", async () => {
      const stack = await settled();
      for (const [path, { content }] of Object.entries(FULL.desired.files)) {
        expect(await machine.hands.read(path)).toBe(typeof content === "string" ? content : SECRETS.password);
      }
      await stack.destroy();
    });

    it("takes one look and changes nothing when nothing differs", async () => {
      await settled();
      const processes = await starts();
      const { host, record } = recorded(machine.host);
      const second = new Stack(host);
      await second.up(FULL);
      await second.repair(FULL);
      const notes = ["note what belongs to tailnet-work"];
      // only the new owner is noted; the second time, nothing at all
      expect(record).toEqual({ looks: 2, applies: 1, steps: notes });
      expect(await starts()).toEqual(processes);
      await second.destroy();
    });

    it("ends at the same host, whatever was there before", async () => {
      const expected = new Map<number, string>();
      const stack = new Stack(machine.host);
      for (const n of [...STATES.keys()]) {
        expected.set(n, await fresh({ desired: STATES[n]!, secrets: SECRETS }));
      }
      for (const n of numbersBelow(STATES.length, walk)) {
        await stack.up({ desired: STATES[n]!, secrets: SECRETS });
        expect(await machine.picture()).toBe(expected.get(n));
      }
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("restarts only the unit whose inputs changed", async () => {
      const stack = await settled();
      const processes = await starts();
      await stack.up({ ...FULL, desired: state({ pace: "fast" }) });
      const now = await starts();
      expect(UNITS.filter((_, n) => now[n] !== processes[n])).toEqual([WALKER]);
      await stack.destroy();
    });

    it("reloads, and restarts nothing, when only what is read on reload changed", async () => {
      const stack = await settled();
      const processes = await starts();
      await stack.up({ ...FULL, desired: state({ soil: "sand" }) });
      expect(await starts()).toEqual(processes);
      await stack.destroy();
    });

    it("leaves nothing when it is destroyed", async () => {
      const stack = await settled();
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("has nothing to do after a reboot", async () => {
      const stack = await settled();
      const there = await machine.picture();
      await machine.reboot();
      expect(await machine.picture()).toBe(there);
      expect(await stack.refresh()).toBeNull();
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });
  });

  describe("drift", () => {
    it.each(DRIFTS)(
      "$of is found, repaired by just the steps it takes, and then gone",
      async ({ make, steps, restarts = [] }) => {
        const stack = await settled();
        const there = await machine.picture();
        const processes = await starts();
        await make(machine);
        const { host, record } = recorded(machine.host);
        stack.host = host;
        expect(await stack.refresh()).not.toBeNull();
        await stack.up(FULL);
        expect(record.steps).toEqual(steps);
        expect(await machine.picture()).toBe(there);
        const now = await starts();
        expect(UNITS.filter((_, n) => now[n] !== processes[n]).sort()).toEqual([...restarts].sort());
        await stack.destroy();
        expect(await machine.picture()).toBe(before);
      },
    );

    it.each(DRIFTS)("$of does not keep destroy from leaving nothing", async ({ make }) => {
      const stack = await settled();
      await make(machine);
      await stack.destroy();
      for (const path of Object.keys(FULL.desired.files)) expect(await machine.hands.read(path)).toBeNull();
      expect(await machine.picture()).not.toContain("tsproxy_contract-ground.service");
    });

    it("of a file that became a directory is told, and repaired once that is gone", async () => {
      const stack = await settled();
      const there = await machine.picture();
      await machine.hands.makeDirectory(NOTES);
      await expect(stack.repair(FULL)).rejects.toThrow(/cannot write .*notes.* \[step-failed\]/);
      await machine.hands.remove(NOTES);
      await stack.repair(FULL);
      expect(await machine.picture()).toBe(there);
      await stack.destroy();
    });

    it("that took everything away means that the resource is made anew", async () => {
      const stack = await settled();
      const other = new Stack(machine.host);
      await other.up(FULL);
      await other.destroy();
      expect(await stack.refresh()).toBeNull();
      expect(stack.outputs).toBeNull();
    });

    it("that gave the key to another resource means that the old one goes without touching the host", async () => {
      const old = await settled();
      const renamed = new Stack(machine.host);
      await renamed.up(FULL);
      const there = await machine.picture();
      await old.destroy();
      expect(await machine.picture()).toBe(there);
      expect(await renamed.refresh()).toBeNull();
      await renamed.destroy();
    });
  });

  describe("trouble on the way", () => {
    const troubles = { "a lost connection": losing, "a step that fails": failing };

    it.each(Object.entries(troubles))("%s at any step is repaired by the next run", async (_, trouble) => {
      const expected = await fresh(FULL);
      await atEveryStep(stride, async (count) => {
        const stack = new Stack(trouble(machine.host, count));
        const broke = await interrupted(stack.up(FULL));
        stack.host = machine.host;
        await stack.up(FULL);
        expect(await machine.picture()).toBe(expected);
        await stack.destroy();
        expect(await machine.picture()).toBe(before);
        return broke;
      });
    });

    it.each(Object.entries(troubles))(
      "%s at any step of an update leaves no mark of either wish",
      async (_, trouble) => {
        await atEveryStep(stride, async (count) => {
          const stack = await settled();
          stack.host = trouble(machine.host, count);
          const broke = await interrupted(
            stack.up({ ...FULL, desired: state({ notes: `${HOME}/deep/notes`, door: false, soil: "sand" }) }),
          );
          stack.host = machine.host;
          await stack.destroy();
          expect(await machine.picture()).toBe(before);
          return broke;
        });
      },
    );

    it.each(Object.entries(troubles))(
      "%s at any step of a destroy is finished by the next one",
      async (_, trouble) => {
        await atEveryStep(stride, async (count) => {
          const stack = await settled();
          stack.host = trouble(machine.host, count);
          const broke = await interrupted(stack.destroy());
          stack.host = machine.host;
          await stack.destroy();
          expect(await machine.picture()).toBe(before);
          return broke;
        });
      },
    );

    it("that cost the state is survived: a create knows its own leftovers", async () => {
      const expected = await fresh(FULL);
      const stack = new Stack(losing(machine.host, 5));
      await interrupted(stack.up(FULL));
      stack.forget();
      stack.host = machine.host;
      await stack.up(FULL);
      expect(await machine.picture()).toBe(expected);
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("is told with the host's own words, what is done and what is left", async () => {
      const stack = await settled();
      const path = `${HOME}/walker/pace`;
      await machine.hands.makeDirectory(path);
      const repair = stack.repair({ ...FULL, desired: state({ soil: "sand" }) });
      await expect(repair).rejects.toMatchObject({
        code: "step-failed",
        facts: {
          doing: `write ${path}`,
          evidence: [expect.stringMatching(/director/)],
          done: expect.arrayContaining([`write ${HOME}/soil`]),
          left: ["reload tsproxy_contract-ground.service"],
        },
      });
      await machine.hands.remove(path);
      await stack.repair(FULL);
      await stack.destroy();
    });
  });

  describe("other people", () => {
    it("keep their files: a file that is there already is refused by name, and nothing is changed", async () => {
      await machine.hands.write(NOTES, "mine\n");
      const there = await machine.picture();
      const stack = new Stack(machine.host);
      await expect(stack.up(FULL)).rejects.toThrow(
        `${NOTES} is there already (file) and was not made by this stack`,
      );
      expect(await machine.picture()).toBe(there);
      await machine.hands.remove(HOME);
    });

    it("keep their files: what lies beside ours is left alone", async () => {
      const stack = await settled();
      await machine.hands.write(`${HOME}/walker/mine`, "mine\n");
      await stack.destroy();
      expect(await machine.hands.read(`${HOME}/walker/mine`)).toBe("mine\n");
      await machine.hands.remove(HOME);
    });

    it.each(["mine\n", state().files[NOTES]!.content as string])(
      "get their file back, which was adopted when it held %j",
      async (text) => {
        await machine.hands.write(NOTES, text, "0640");
        const there = await machine.picture();
        const stack = new Stack(machine.host);
        await stack.up({ ...FULL, adopt: true });
        await stack.destroy();
        expect(await machine.picture()).toBe(there);
        await machine.hands.remove(HOME);
      },
    );

    it("keep their directories, which are never adopted", async () => {
      await machine.hands.write(`${NOTES}/mine`, "mine\n");
      const there = await machine.picture();
      await expect(new Stack(machine.host).up({ ...FULL, adopt: true })).rejects.toThrow(
        `${NOTES} is there already (directory) and was not made by this stack`,
      );
      expect(await machine.picture()).toBe(there);
      await machine.hands.remove(HOME);
    });

    it("get their file back, wherever the run that adopted it died", async () => {
      await atEveryStep(stride, async (count) => {
        await machine.hands.write(NOTES, "mine\n", "0640");
        const there = await machine.picture();
        const stack = new Stack(losing(machine.host, count));
        const broke = await interrupted(stack.up({ ...FULL, adopt: true }));
        stack.host = machine.host;
        await stack.up({ ...FULL, adopt: true });
        await stack.destroy();
        expect(await machine.picture()).toBe(there);
        await machine.hands.remove(HOME);
        return broke;
      });
    });

    it("get their file back, wherever the run that gives it back died", async () => {
      await atEveryStep(stride, async (count) => {
        await machine.hands.write(NOTES, "mine\n", "0640");
        const there = await machine.picture();
        const stack = new Stack(machine.host);
        await stack.up({ ...FULL, adopt: true });
        stack.host = losing(machine.host, count);
        const broke = await interrupted(stack.destroy());
        stack.host = machine.host;
        await stack.destroy();
        expect(await machine.picture()).toBe(there);
        await machine.hands.remove(HOME);
        return broke;
      });
    });

    it("get their file back as they left it, when the run that gave it back died and it is taken again", async () => {
      await atEveryStep(stride, async (count) => {
        await machine.hands.write(NOTES, "mine\n", "0640");
        const stack = new Stack(machine.host);
        await stack.up({ ...FULL, adopt: true });
        stack.host = losing(machine.host, count);
        const broke = await interrupted(
          stack.up({ ...FULL, desired: state({ notes: `${HOME}/other` }), adopt: true }),
        );
        stack.host = machine.host;
        await stack.up({ ...FULL, adopt: true });
        await stack.destroy();
        expect(await machine.hands.read(NOTES)).toBe("mine\n");
        await machine.hands.remove(HOME);
        return broke;
      });
    });

    it("who write a file of ours between look and change make the engine plan anew", async () => {
      const stack = await settled();
      stack.host = raced(machine.host, () => machine.hands.write(NOTES, "raced\n"));
      const path = `${HOME}/walker/pace`;
      await machine.hands.write(NOTES, "drifted\n");
      await stack.refresh();
      await stack.up({ ...FULL, desired: state({ pace: "fast" }) });
      expect(await machine.hands.read(NOTES)).toBe(FULL.desired.files[NOTES]?.content);
      expect(await machine.hands.read(path)).toBe("fast\n");
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("who make a file between look and change keep it", async () => {
      const stack = new Stack(raced(machine.host, () => machine.hands.write(NOTES, "mine\n")));
      await expect(stack.up(FULL)).rejects.toThrow(NOTES);
      expect(await machine.hands.read(NOTES)).toBe("mine\n");
      stack.host = machine.host;
      await expect(stack.up(FULL)).rejects.toThrow(
        `${NOTES} is there already (file) and was not made by this stack`,
      );
      expect(await machine.hands.read(NOTES)).toBe("mine\n");
      await stack.destroy();
      expect(await machine.hands.read(NOTES)).toBe("mine\n");
      await machine.hands.remove(HOME);
    });

    it("who never stop are named as such", async () => {
      const stack = await settled();
      await machine.hands.write(NOTES, "drifted\n");
      await stack.refresh();
      let n = 0;
      stack.host = raced(machine.host, () => machine.hands.write(NOTES, `raced ${n++}\n`), 9);
      await expect(stack.up(FULL)).rejects.toThrow(
        /difference\(s\) remain after 4 rounds \[not-converging\]/,
      );
      stack.host = machine.host;
      await stack.up(FULL);
      await stack.destroy();
    });

    it("with the same name in another stack are refused by name, and nothing is changed", async () => {
      const theirs = await settled({ stack: "other" });
      const there = await machine.picture();
      for (const adopt of [false, true]) {
        await expect(new Stack(machine.host).up({ ...FULL, adopt })).rejects.toThrow(
          "tailnet-work belongs to tailnet-work of stack contract/other",
        );
      }
      expect(await machine.picture()).toBe(there);
      await theirs.destroy();
    });

    it("with the same file in another resource are refused by name", async () => {
      const theirs = await settled({ key: "tailnet-play" });
      const mine = new Stack(machine.host);
      await expect(mine.up({ ...FULL, adopt: true })).rejects.toThrow(
        `${NOTES} belongs to tailnet-play of stack contract/test`,
      );
      await theirs.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("who garbled the manifest are told to adopt, and adopting repairs it", async () => {
      const stack = await settled();
      const there = await machine.picture();
      await machine.hands.write(
        "/var/lib/tsproxy/tailnet-work.manifest",
        "unit\n\nfile\n*\nnonsense of all kinds\n",
        "0600",
      );
      await expect(stack.repair(FULL)).rejects.toThrow(
        "tailnet-work belongs to tailnet-work (unreadable manifest)",
      );
      await stack.repair({ ...FULL, adopt: true });
      expect(await machine.picture()).toBe(there);
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });
  });

  describe("several resources on one host", () => {
    const gateway: Wish = {
      desired: {
        ...nothing.desired,
        files: { [`${HOME}-gateway/base`]: { mode: "0644", content: "base\n" } },
      },
    };

    it("come and go without touching each other", async () => {
      const first = new Stack(machine.host, { key: "gateway", sweeps: true });
      await first.up(gateway);
      const alone = await machine.picture();
      const second = await settled();
      await second.destroy();
      expect(await machine.picture()).toBe(alone);
      expect(await first.refresh()).toBeNull();
      await first.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("are swept up with the last one, when an interrupted run left them behind", async () => {
      const last = new Stack(machine.host, { key: "gateway", sweeps: true });
      await last.up(gateway);
      const lost = await settled();
      lost.forget();
      await last.destroy();
      expect(last.lines).toEqual([
        expect.stringContaining("tailnet-work was left behind by an interrupted run; removing it"),
      ]);
      expect(await machine.picture()).toBe(before);
    });

    it("are not swept up when they belong to another stack", async () => {
      const last = new Stack(machine.host, { key: "gateway", sweeps: true });
      const theirs = await settled({ stack: "other" });
      const there = await machine.picture();
      await last.up(gateway);
      await last.destroy();
      expect(last.lines).toEqual([]);
      expect(await machine.picture()).toBe(there);
      await theirs.destroy();
    });
  });

  describe("packages and downloads", () => {
    const packages = (...names: string[]) => Object.fromEntries(names.map((name) => [name, { keepOff: [] }]));

    it("are removed with the last resource that needs them", async () => {
      const wish: Wish = { desired: { ...nothing.desired, packages: packages(machine.package) } };
      const one = new Stack(machine.host, { key: "tailnet-one" });
      const two = new Stack(machine.host, { key: "tailnet-two" });
      await one.up(wish);
      await two.up(wish);
      await one.destroy();
      expect((await machine.picture()).split("\n")).toContain(machine.package);
      await two.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("stay when they were there before", async () => {
      const stack = new Stack(machine.host);
      await stack.up({ desired: { ...nothing.desired, packages: packages("base-files") } });
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("come again when somebody removed them", async () => {
      const wish: Wish = { desired: { ...nothing.desired, packages: packages(machine.package) } };
      const stack = new Stack(machine.host);
      await stack.up(wish);
      await machine.hands.uninstall(machine.package);
      await stack.repair(wish);
      expect((await machine.picture()).split("\n")).toContain(machine.package);
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("are unpacked into a directory of their own, repaired, and removed", async () => {
      if (machine.download === null) return;
      const path = "/usr/local/lib/tsproxy-contract/tool-1.0";
      const member = `${path}/${Object.keys(machine.download.members)[0]}`;
      const wish: Wish = {
        desired: { ...nothing.desired, packages: packages("curl"), downloads: { [path]: machine.download } },
      };
      const stack = new Stack(machine.host);
      await stack.up(wish);
      const text = await machine.hands.read(member);
      expect(text).not.toBeNull();
      await machine.hands.write(member, "not the tool", "0755");
      await stack.repair(wish);
      expect(await machine.hands.read(member)).toBe(text);
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("are kept as long as a unit starts from them, and when they are wanted again", async () => {
      if (machine.download === null) return;
      const path = "/usr/local/lib/tsproxy-contract/tool-1.0";
      const member = `${path}/${Object.keys(machine.download.members)[0]}`;
      const wish: Wish = {
        desired: { ...nothing.desired, packages: packages("curl"), downloads: { [path]: machine.download } },
      };
      const user: Wish = {
        desired: {
          ...nothing.desired,
          files: {
            "/etc/systemd/system/tsproxy-contract-user.service": {
              mode: "0644",
              content: `[Service]\nExecStart=${member}\n`,
            },
          },
        },
      };
      const one = new Stack(machine.host, { key: "tailnet-one" });
      const two = new Stack(machine.host, { key: "tailnet-two" });
      await one.up(wish);
      await two.up(user);
      await one.up(nothing);
      expect(await machine.hands.read(member)).not.toBeNull();
      await one.up(wish);
      await two.destroy();
      expect(await machine.hands.read(member)).not.toBeNull();
      await one.destroy();
      expect(await machine.picture()).toBe(before);
    });

    it("are not put in place when they are not what was promised, and leave nothing", async () => {
      if (machine.download === null) return;
      const { archives, members } = machine.download;
      const wrong = Object.fromEntries(
        Object.entries(archives).map(([architecture, archive]) => [
          architecture,
          { ...archive!, sha256: "0".repeat(64) },
        ]),
      );
      const path = "/usr/local/lib/tsproxy-contract/tool-1.0";
      const stack = new Stack(machine.host);
      const wish: Wish = {
        desired: {
          ...nothing.desired,
          packages: packages("curl"),
          downloads: { [path]: { archives: wrong, members } },
        },
      };
      await expect(stack.up(wish)).rejects.toThrow(/has sha256 [0-9a-f]{64}, not 0{64}/);
      await stack.destroy();
      expect(await machine.picture()).toBe(before);
    });
  });

  it("keeps a unit's state directory until the unit goes", async () => {
    const stack = await settled();
    await stack.up({ ...FULL, desired: state({ pace: "fast" }) });
    expect(await machine.picture()).toContain("/var/lib/tsproxy_contract-keeper");
    await machine.hands.kill(KEEPER);
    await stack.up({ ...FULL, desired: state({ keeper: false }) });
    expect(await machine.picture()).not.toContain("tsproxy_contract-keeper");
    await stack.destroy();
    expect(await machine.picture()).toBe(before);
  });
}

/** Breaks a run after each how many-th step, until one goes through. */
async function atEveryStep(stride: number, attempt: (count: number) => Promise<boolean>): Promise<void> {
  for (let count = 0; count < STEPS_MAX; count += stride) if (!(await attempt(count))) return;
  throw new Error(`no run went through within ${STEPS_MAX} steps`);
}

/** True when it was, in one of the ways in which we do it. */
async function interrupted(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof HostError && INTERRUPTIONS.includes(error.code)) return true;
    throw error;
  }
}

/** The same numbers in every run (Lehmer's generator). */
function* numbersBelow(limit: number, count: number): Generator<number> {
  for (let n = 0, seed = 1; n < count; n++) {
    seed = (seed * 48271) % 2147483647;
    yield seed % limit;
  }
}
