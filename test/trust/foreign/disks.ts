import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { shellHost } from "../../../providers/engine/wire/shell-host.ts";
import { alone } from "../../alone.ts";
import { SmallSandbox } from "../../fake/small-sandbox.ts";
import { Stack, type Wish } from "../../fake/stack.ts";
import { files, pictureOf } from "../concurrency/on-machine.ts";
import type { Case, Trial } from "../contract.ts";
import { failureOf, isHostError, same, textOf } from "../holds.ts";
import { inMemory } from "../in-memory.ts";

/** What stands in the way. */
interface Obstacle {
  /** Directory that it lies in. */
  readonly lies?: string;
  /** @returns what takes it away again, and throws when it is not as it was put there */
  put(sandbox: SmallSandbox, level: number): () => void;
  /** What must be said when something fails for it. */
  readonly says: RegExp;
}

const FIRST = "/etc/tsproxy-trust/a";
const DEEP = "/etc/tsproxy-trust/deep";
const THEIRS = "/etc/theirs";
const FULL = /No space left on device|write error|I\/O error/;

const OBSTACLES = {
  "full disk": {
    put(sandbox, level) {
      sandbox.fill("disk", level);
      return () => sandbox.empty("disk");
    },
    says: FULL,
  },
  "disk without inodes": {
    put(sandbox, level) {
      sandbox.useUp("disk", level);
      return () => sandbox.empty("disk");
    },
    says: FULL,
  },
  "full /run": {
    put(sandbox, level) {
      sandbox.fill("run", Math.floor(level / 4));
      sandbox.useUp("run", level % 4);
      return () => sandbox.empty("run");
    },
    says: FULL,
  },
  "read-only disk": {
    put(sandbox) {
      sandbox.remount("disk", "ro");
      return () => sandbox.remount("disk", "rw");
    },
    says: /Read-only file system/,
  },
  "immutable file": {
    put(sandbox) {
      const path = existsSync(sandbox.path(FIRST)) ? FIRST : "/etc";
      sandbox.command(["chattr", "+i", path]);
      return () => sandbox.command(["chattr", "-i", path]);
    },
    says: /Operation not permitted/,
  },
  "linked directory": {
    lies: "/etc/tsproxy-trust",
    put(sandbox) {
      if (existsSync(sandbox.path(DEEP))) renameSync(sandbox.path(DEEP), sandbox.path(THEIRS));
      else mkdirSync(sandbox.path(THEIRS));
      symlinkSync(THEIRS, sandbox.path(DEEP));
      const theirs = pictureOf(sandbox.path("/"), THEIRS);
      return () => {
        same("where the link led", pictureOf(sandbox.path("/"), THEIRS), theirs);
        unlinkSync(sandbox.path(DEEP));
        rmSync(sandbox.path(THEIRS), { recursive: true });
      };
    },
    says: /deep is a symbolic link/,
  },
  "linked file": {
    lies: "/etc/tsproxy-trust",
    put(sandbox) {
      writeFileSync(sandbox.path(THEIRS), "theirs\n");
      rmSync(sandbox.path(FIRST), { force: true });
      symlinkSync(THEIRS, sandbox.path(FIRST));
      return () => {
        same("where the link led", readFileSync(sandbox.path(THEIRS), "utf8"), "theirs\n");
        rmSync(sandbox.path(THEIRS));
        const at = sandbox.path(FIRST);
        if (lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink()) unlinkSync(at);
      };
    },
    says: /a is there already \(link\)/,
  },
} satisfies Record<string, Obstacle>;

type ObstacleName = keyof typeof OBSTACLES;
const NAMES = Object.keys(OBSTACLES) as ObstacleName[];

/** Blocks, or inodes, from none to more than all files take. */
const LEVELS = 14;

export const obstructed = (
  names: readonly ObstacleName[] = NAMES,
  change = (program: string) => program,
): Trial =>
  inMemory(
    "a disk that takes nothing is named; no file is torn, and the next run converges and leaves nothing",
    {
      on: "machine",
      cases: { fast: 14, whole: 294 },
      async try(one, count) {
        const name = names[one.number % names.length];
        if (name === undefined) throw new Error("no obstacle was chosen");
        const sandbox = await SmallSandbox.open();
        try {
          const level = Math.floor(one.number / names.length) % LEVELS;
          if (await meet(sandbox, OBSTACLES[name], level, one, change)) count(`failed by: ${name}`);
          else count(`got past: ${name}`);
        } catch (error) {
          throw new Error(`${name}, ${textOf(error)}`, { cause: error });
        } finally {
          await sandbox.remove();
        }
      },
    },
  );

/** @returns whether something failed */
async function meet(
  sandbox: SmallSandbox,
  obstacle: Obstacle,
  level: number,
  one: Case,
  change: (program: string) => string,
): Promise<boolean> {
  // what is put in the way may need a directory, which then belongs to another owner
  if (obstacle.lies !== undefined) mkdirSync(sandbox.path(obstacle.lies));
  const before = pictureOf(sandbox.path("/"), "/etc") + pictureOf(sandbox.path("/"), "/var/lib");
  const shell = {
    name: sandbox.name,
    run: (program: string, hearing: Parameters<SmallSandbox["run"]>[1]) =>
      sandbox.run(change(program), hearing),
    greet: () => sandbox.greet(),
  };
  const stack = new Stack(alone(shellHost(shell)), { project: "home", stack: "prod", key: "gateway" });
  const play = one.pick(["up", "edit", "down"]);
  if (play !== "up") await stack.up(files("before"));
  const act = () => (play === "down" ? stack.destroy() : stack.up(files("new")));
  const take = obstacle.put(sandbox, level);
  const error = await failureOf(act(), "or not");
  if (error !== null) {
    if (!isHostError(error, "step-failed", "foreign")) throw error;
    same(`level ${level}, ${play}: what is said`, obstacle.says.test(error.message) ? "" : error.message, "");
  }
  refuseTorn(sandbox, [files("before"), files("new")]);
  take();
  if (play === "down" && error === null) await stack.up(files("new"));
  else await act();
  await stack.repair(files("new"));
  same(`level ${level}, ${play}: the refresh`, String(await stack.refresh()), "null");
  await stack.destroy();
  const after = pictureOf(sandbox.path("/"), "/etc") + pictureOf(sandbox.path("/"), "/var/lib");
  same(`level ${level}, ${play}: what is left`, after, before);
  return error !== null;
}

/** Each file is as one of the wishes has it, or not there; nothing lies beside it. */
function refuseTorn(sandbox: SmallSandbox, wishes: readonly Wish[]): void {
  for (const path of Object.keys(files("").desired.files)) {
    const at = sandbox.path(path);
    same(`what lies beside ${path}`, String(existsSync(`${at}.tsproxy-new`)), "false");
    if (!existsSync(at)) continue;
    const texts = wishes.map(({ desired, secrets }) => {
      const content = desired.files[path as keyof typeof desired.files]?.content;
      return typeof content === "string" ? content : secrets?.[content?.secret ?? ""];
    });
    const text = readFileSync(at, "utf8");
    if (text === "theirs\n") continue;
    same(path, texts.includes(text) ? "whole" : text, "whole");
  }
}
