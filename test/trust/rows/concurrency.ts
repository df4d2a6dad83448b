import { type HostError, printable } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import { PulumiRun } from "../../../providers/engine/pulumi/run.ts";
import { withoutNonces } from "../../contract/machine.ts";
import { HOME, homeHost, node, type Resource, stacksOf } from "../../fake/home.ts";
import type { Stack } from "../../fake/stack.ts";
import { Turns } from "../../fake/turns.ts";
import { oneHostTwice, twoStacks } from "../concurrency/in-laboratory.ts";
import { atOnce, frozenHolder, onOneShell } from "../concurrency/on-machine.ts";
import type { Case, Row, Trial } from "../contract.ts";
import { failureOf, isHostError, same, textOf } from "../holds.ts";
import { inMemory } from "../in-memory.ts";
import { planted } from "../planted.ts";

/** What each of two controllers does, one command of Pulumi after the other. */
interface Scene {
  /** Of the same stack with a state of its own, or of another stack. */
  readonly rival: "stack" | "controller";
  /** Whether the first has set the host up before. */
  readonly standing: boolean;
  readonly plays: readonly [Play, Play];
}

type Play = readonly ("up" | "edit" | "down")[];

const PLAYS: readonly [Play, ...Play[]] = [
  ["up"],
  ["up", "edit"],
  ["up", "down"],
  ["down"],
  ["edit", "down"],
];

function sceneOf(one: Case): Scene {
  return {
    rival: one.pick(["stack", "controller"]),
    standing: one.below(2) === 0,
    plays: [one.pick(PLAYS), one.pick(PLAYS)],
  };
}

/** A gateway with one tailnet, as it is wanted at first, and as it is after an edit by the first or the second. */
const wanted = HOME.slice(0, 2);
const edited = (actor: number): readonly Resource[] => [
  ...HOME.slice(0, 1),
  node({ hostname: `home-${actor}`, acceptRoutes: false }),
];

/** What came of it: the host, and what each actor was told. */
interface Outcome {
  readonly picture: string;
  readonly told: readonly (readonly string[])[];
}

/** Stands between the engine and what the scene plays on; a planted fault. */
type Between = (host: Host) => Host;
const nothing: Between = (host) => host;

/** @param turnsOf who goes on; asked before every question and change, or before every command */
async function play(
  scene: Scene,
  { at, pick, between = nothing }: { at: "request" | "command"; pick: Pick; between?: Between },
): Promise<Outcome & { readonly turns: number }> {
  const host = homeHost();
  const casts = [0, 1].map((actor) =>
    stacksOf(host, wanted, {
      project: "home",
      stack: actor === 1 && scene.rival === "stack" ? "dev" : "prod",
    }),
  );
  if (scene.standing) for (const { stack, resource } of casts[0] ?? []) await stack.up(resource.wish);
  const turns = new Turns(casts.length, pick);
  const told = await Promise.all(
    casts.map(async (cast, actor) => {
      for (const { stack } of cast) stack.host = at === "request" ? turns.of(between(host), actor) : host;
      const begin = () => (at === "command" ? turns.take(actor) : Promise.resolve());
      const lines = await perform(
        scene.plays[actor] ?? [],
        actor,
        cast.map(({ stack }) => stack),
        begin,
      );
      turns.end();
      return lines;
    }),
  );
  return { picture: withoutNonces(String(host)), told, turns: turns.count };
}

type Pick = (waiting: readonly number[]) => number;

/** As Pulumi does it: what depends on something that failed is not tried. */
async function perform(
  commands: Play,
  actor: number,
  stacks: readonly Stack[],
  begin: () => Promise<void>,
): Promise<string[]> {
  const told: string[] = [];
  for (const command of commands) {
    const wishes = command === "edit" ? edited(actor) : wanted;
    const run = new PulumiRun();
    for (const stack of stacks) stack.run = run;
    for (const [number, stack] of command === "down"
      ? [...stacks.entries()].reverse()
      : [...stacks.entries()]) {
      const resource = wishes[number];
      if (resource === undefined) throw new Error(`there is no wish ${number}`);
      await begin();
      const error = await failureOf(command === "down" ? stack.destroy() : stack.up(resource.wish), "or not");
      told.push(`${command} ${stack.identity.key}: ${error === null ? "done" : headOf(error)}`);
      if (error !== null) break;
    }
  }
  return told;
}

function headOf(error: unknown): string {
  return isHostError(error, "foreign")
    ? [error.facts.because, ...(error.facts.evidence ?? [])].join(" | ")
    : textOf(error);
}

/** All that can come of a scene when its commands wait for one another. */
const serials = new Map<string, Promise<ReadonlySet<string>>>();

function serialOutcomes(scene: Scene): Promise<ReadonlySet<string>> {
  const key = JSON.stringify(scene);
  const known = serials.get(key) ?? allOrders(scene);
  serials.set(key, known);
  return known;
}

/** Tries every way in which chance could fall: each choice with more than one answer is a branch. */
async function allOrders(scene: Scene): Promise<ReadonlySet<string>> {
  const outcomes = new Set<string>();
  const branches: number[][] = [[]];
  for (let branch = branches.pop(); branch !== undefined; branch = branches.pop()) {
    const taken: number[] = [];
    const planned = branch;
    const { picture, told } = await play(scene, {
      at: "command",
      pick: (waiting) => {
        const choice = planned[taken.length] ?? 0;
        if (waiting.length > 1) {
          if (taken.length >= planned.length) branches.push([...taken, 1]);
          taken.push(choice);
        }
        return waiting[waiting.length > 1 ? choice : 0] ?? 0;
      },
    });
    outcomes.add(JSON.stringify({ picture, told }));
  }
  return outcomes;
}

const interleaved = (between = nothing): Trial =>
  inMemory(
    "two controllers at once come to what one after the other comes to, and are told whose the host is",
    {
      cases: { fast: 12, whole: 800 },
      async try(one, count) {
        const scene = sceneOf(one);
        const serial = await serialOutcomes(scene);
        const { turns, ...outcome } = await play(scene, {
          at: "request",
          pick: ([first = 0, ...others]) => one.pick([first, ...others]),
          between,
        });
        count("interleavings");
        for (let turn = 0; turn < turns; turn++) count("turns taken");
        if (serial.has(JSON.stringify(outcome))) return;
        const { picture } = JSON.parse([...serial][0] ?? "{}");
        same(
          `${JSON.stringify(scene)}\n${outcome.told.map((lines) => lines.join("\n")).join("\n--\n")}\nthe host`,
          `${outcome.picture}\nno order of commands comes to this`,
          String(picture),
        );
      },
    },
  );

/** Each step is an order of its own: others come in between, as if no lock were taken. */
function unlocked(host: Host): Host {
  return {
    ...host,
    look: (question) => host.look(question),
    contents: (paths) => host.contents(paths),
    async apply(order) {
      let applied = await host.apply({ ...order, steps: [] });
      let begun = 0;
      for (const step of order.steps) {
        if (applied.failed !== null || applied.moved !== null) break;
        const { heads: _, alone: __, ...rest } = order;
        applied = await host.apply({ ...rest, steps: [step] });
        begun++;
      }
      return { ...applied, begun };
    },
  };
}

/** Whose the name is by now is not compared with whose it was. */
function unclaimed(host: Host): Host {
  return {
    ...host,
    look: (question) => host.look(question),
    contents: (paths) => host.contents(paths),
    apply: ({ heads: _, alone: __, ...order }) => host.apply(order),
  };
}

const twins = (runs: () => readonly [PulumiRun, PulumiRun]): Trial =>
  inMemory(
    "two gateways of one program that turn out to be one host: one is made, the other refused by name",
    {
      cases: { fast: 20, whole: 500 },
      async try(one, count) {
        const host = homeHost();
        const before = String(host);
        const [mine, theirs] = runs();
        const turns = new Turns(2, ([first = 0, ...others]) => one.pick([first, ...others]));
        const pair = [mine, theirs].map((run, actor) => {
          const name = ["gateway.lan", "10.0.0.1"][actor] ?? "";
          const seen: Host = { ...turns.of(host, actor), name };
          const [gateway] = stacksOf(seen, HOME.slice(0, 1));
          if (gateway === undefined) throw new Error("no gateway at home");
          gateway.stack.run = run;
          return gateway;
        });
        const wish = pair[0]?.resource.wish;
        if (wish === undefined) throw new Error("no gateway at home");
        const errors = await Promise.all(
          pair.map(async ({ stack }) => {
            const error = await failureOf(stack.up(wish), "or not");
            turns.end();
            return error;
          }),
        );
        count("interleavings");
        const refusals = errors.filter((error): error is HostError => isHostError(error, "foreign"));
        const told = refusals.filter(({ message }) =>
          /calls the same host (?:gateway\.lan|10\.0\.0\.1) /.test(message),
        );
        same(
          "who was refused",
          errors
            .map((error) => printable(textOf(error)))
            .sort()
            .join("\n"),
          [...told.map(textOf).map(printable), "null"].sort().join("\n"),
        );
        same("how many were refused", String(told.length), "1");
        const winner = pair[errors.indexOf(null)];
        if (winner === undefined) throw new Error("nobody got the host");
        winner.stack.host = host;
        same("the refresh of the one that was made", String(await winner.stack.refresh()), "null");
        await winner.stack.destroy();
        same("the host", String(host), before);
      },
    },
  );

function oneRun(): readonly [PulumiRun, PulumiRun] {
  const run = new PulumiRun();
  return [run, run];
}

export const concurrency: Row = {
  name: "concurrency",
  title: "two at once on the same host",
  unproved:
    "Interleavings are chosen where the engine asks the host; inside a program only the places between two steps are. Two runs of one stack with the same state are kept apart by Pulumi's own lock, which is not tried here.",
  trials: [interleaved(), twins(oneRun), onOneShell(), frozenHolder(), twoStacks(), oneHostTwice()],
  faults: [
    { name: "the lock is not taken", trial: interleaved(unlocked) },
    { name: "whose the name is by now is not asked", trial: interleaved(unclaimed) },
    {
      name: "a run does not know what it wants itself",
      trial: twins(() => [new PulumiRun(), new PulumiRun()]),
    },
    {
      name: "nobody waits for the lock of a program",
      trial: frozenHolder(planted(/flock -w "\$1" 9/, "true")),
    },
    {
      name: "a lock outlives its holder",
      trial: frozenHolder(planted(/flock -w "\$1" 9/, "[ ! -s $RUN/.lock ]")),
    },
    {
      name: "programs do not ask whose the name is by now",
      trial: onOneShell(planted(/^claim .*\|\| return$/m, ":"), atOnce),
    },
  ],
};
