import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { NOTHING } from "../../../providers/engine/kinds/desired.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { shellHost } from "../../../providers/engine/wire/shell-host.ts";
import { alone } from "../../alone.ts";
import { withoutNonces } from "../../contract/machine.ts";
import { type Gate, GatedShell, type Waiting } from "../../fake/gated-shell.ts";
import { Sandbox } from "../../fake/sandbox.ts";
import { Stack, type Wish } from "../../fake/stack.ts";
import type { Case, Trial } from "../contract.ts";
import { failureOf, isHostError, same, textOf } from "../holds.ts";
import { inMemory } from "../in-memory.ts";

/** What is made of a program before it is sent; a planted fault. */
type Change = (program: string) => string;
const asItIs: Change = (program) => program;

const HOME = "/etc/tsproxy-trust";

/** Files without units: the sandbox has no systemd. */
export function files(mark: string): Wish {
  const paths: readonly HostPath[] = [
    `${HOME}/a`,
    `${HOME}/b`,
    `${HOME}/deep/c`,
    `${HOME}/deep/er/d`,
    `${HOME}/e`,
  ];
  const texts = Object.fromEntries(
    paths.map((path) => [path, { mode: "0644", content: `${mark} ${path}\n` }]),
  );
  const key = { [`${HOME}/key`]: { mode: "0600", content: { secret: "key" } } };
  return { desired: { ...NOTHING, files: { ...texts, ...key } }, secrets: { key: `key of ${mark}` } };
}

/** Steps of the plan that makes them: a note first. */
const STEPS = Object.keys(files("").desired.files).length + 1;

/** Everything in a sandbox that outlives a boot, as text. */
export function pictureOf(root: string, path = ""): string {
  const lines = readdirSync(join(root, path), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .filter((entry) => path !== "" || entry.name !== "run")
    .map((entry) => {
      const at = `${path}/${entry.name}`;
      if (entry.isDirectory()) return `${at}/\n${pictureOf(root, at)}`;
      if (entry.isSymbolicLink()) return `${at} -> ${readlinkSync(join(root, at))}\n`;
      return `${at}\n${readFileSync(join(root, at), "utf8")}\n`;
    });
  return withoutNonces(lines.join(""));
}

type Rival = "another stack" | "the same stack with a state of its own";

interface Scene {
  readonly rival: Rival;
  /** What the first one does; it has set the host up before, unless it does just that. */
  readonly play: "up" | "edit" | "down";
}

interface Outcome {
  readonly picture: string;
  readonly told: readonly string[];
  /** Whether one came in while the other one's program ran. */
  readonly met: boolean;
}

/** @param order who begins, and where the other one comes in: a step of the first one's program, or the end of it */
async function perform(
  { rival, play }: Scene,
  order: "first, then second" | "second, then first" | { readonly step: number },
  change: Change = asItIs,
): Promise<Outcome> {
  const sandbox = new Sandbox();
  try {
    const identity = { project: "home", stack: rival === "another stack" ? "dev" : "prod", key: "gateway" };
    const first = new Stack(hostOf(sandbox), { ...identity, stack: "prod" });
    const second = new Stack(hostOf(sandbox), identity);
    if (play !== "up") await first.up(files("before"));
    const told: string[] = [];
    let met = false;
    const act = async (name: string, work: () => Promise<void>) => {
      const error = await failureOf(work(), "or not");
      told.push(`${name}: ${error === null ? "done" : withoutNonces(textOf(error))}`);
    };
    const acts = [
      () => act("first", () => (play === "down" ? first.destroy() : first.up(files("first")))),
      () => act("second", () => second.up(files("second"))),
    ] as const;
    if (order === "first, then second") for (const each of acts) await each();
    else if (order === "second, then first") for (const each of [...acts].reverse()) await each();
    else {
      let other: Promise<void> | null = null;
      first.host = hostOf(sandbox, change, {
        step: order.step,
        reached: async (waiting) => {
          second.host = looking(sandbox, change, waiting);
          other = acts[1]();
        },
      });
      await acts[0]();
      met = other !== null;
      // where the first one's program had fewer steps, they did not meet
      await (other ?? acts[1]());
    }
    return { picture: pictureOf(sandbox.root), told: told.sort(), met };
  } finally {
    sandbox.remove();
  }
}

function hostOf(sandbox: Sandbox, change: Change = asItIs, gate: Gate | null = null) {
  return alone(shellHost(new GatedShell(sandbox, gate, change)));
}

/** The program that waits goes on once this one has looked. */
function looking(sandbox: Sandbox, change: Change, waiting: Waiting): Stack["host"] {
  const host = hostOf(sandbox, change);
  let open: (() => Promise<void>) | null = () => waiting.open();
  return {
    ...host,
    async look(question) {
      const seen = await host.look(question);
      await open?.();
      open = null;
      return seen;
    },
  };
}

interface Meeting extends Scene {
  /** Of the first one's program, before which the second one looks. */
  readonly step: number;
}

function meetingOf(one: Case): Meeting {
  return {
    rival: one.pick(["another stack", "the same stack with a state of its own"]),
    play: one.pick(["up", "edit", "down"]),
    step: one.pick([0, one.below(STEPS)]),
  };
}

/** The second looks before the first has written anything, and both want the same name. */
export const atOnce = (): Meeting => ({ rival: "another stack", play: "up", step: 0 });

export const onOneShell = (change: Change = asItIs, meeting: (one: Case) => Meeting = meetingOf): Trial =>
  inMemory(
    "two programs on one machine do what one after the other does, or the second is told whose the host is",
    {
      on: "machine",
      cases: { fast: 4, whole: 40 },
      async try(one, count) {
        const { step, ...scene } = meeting(one);
        const found = await perform(scene, { step }, change);
        if (found.met) count("interleavings");
        const serial = [
          await perform(scene, "first, then second"),
          await perform(scene, "second, then first"),
        ].map(textOfOutcome);
        if (!serial.includes(textOfOutcome(found)))
          same(`${JSON.stringify(scene)}: the outcome`, textOfOutcome(found), serial[0] ?? "");
      },
    },
  );

function textOfOutcome({ picture, told }: Outcome): string {
  return [...told, picture].join("\n");
}

export const frozenHolder = (change: Change = asItIs): Trial =>
  inMemory(
    "the lock is kept as long as a program lives, names its holder, and is free when the holder has died",
    {
      on: "machine",
      cases: { fast: 4, whole: 40 },
      async try(one, count) {
        const sandbox = new Sandbox();
        try {
          await freeze(sandbox, one, change);
          count("frozen holders");
        } finally {
          sandbox.remove();
        }
      },
    },
  );

const HELD = /locked by home\/prod \(gateway\), process \d+, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/;

async function freeze(sandbox: Sandbox, one: Case, change: Change): Promise<void> {
  const before = pictureOf(sandbox.root);
  const impatient: Change = (program) => change(program.replace("lock 30 ", "lock 0 "));
  const holder = new Stack(hostOf(sandbox), { project: "home", stack: "prod", key: "gateway" });
  const other = new Stack(hostOf(sandbox, impatient), { project: "home", stack: "dev", key: "socks" });
  const end = one.pick(["thaws", "dies", "dies, and what it began does not"]);
  let ghost = Promise.resolve();
  holder.host = hostOf(sandbox, change, {
    step: one.below(STEPS),
    async reached(waiting) {
      const error = await failureOf(other.up({ desired: { ...NOTHING, files: SMALL } }), "or not");
      same(
        "what the other one was told",
        HELD.test(textOf(error)) ? "locked by its holder" : textOf(error),
        "locked by its holder",
      );
      if (end === "thaws") return waiting.open();
      if (end === "dies") return waiting.kill();
      waiting.killClient();
      ghost = waiting.open();
    },
  });
  const error = await failureOf(holder.up(files("new")), "or not");
  if (end === "thaws" ? error !== null : !isHostError(error, "connection-lost")) throw error;
  await ghost;
  holder.host = hostOf(sandbox, change);
  await holder.up(files("new"));
  same("the refresh after it", String(await holder.refresh()), "null");
  await holder.destroy();
  same("what is left", pictureOf(sandbox.root), before);
}

const SMALL = { "/etc/tsproxy-other": { mode: "0644", content: "small\n" } } as const;
