import { HostError } from "../../../providers/engine/errors.ts";
import type { Host } from "../../../providers/engine/host.ts";
import type { Step } from "../../../providers/engine/plan/step.ts";
import { CUTS, type Cut, Cutter, Killed } from "../../fake/cuts.ts";
import { Deployment } from "../../fake/deployment.ts";
import { bareHost, expectPicture, leftBehind, offerDownloads, pictureOf } from "../../fake/gateway.ts";
import type { Registration } from "../../fake/program.ts";
import type { FakeHost } from "../../fake-host.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { ANOTHER_TAILNET, AUTH_KEYS, EVERYTHING_ELSE, HOST, OTHER_NAMES, TWO_TAILNETS } from "./programs.ts";

/** `null`: nothing is wanted, which is a destroy. */
type Program = readonly Registration[] | null;

/** What is cut. */
interface Command {
  readonly name: string;
  readonly from: Program;
  readonly to: Program;
}

const COMMANDS: readonly Command[] = [
  { name: "create", from: null, to: TWO_TAILNETS },
  { name: "update", from: TWO_TAILNETS, to: EVERYTHING_ELSE },
  { name: "replace", from: TWO_TAILNETS, to: OTHER_NAMES },
  { name: "exchange", from: TWO_TAILNETS, to: ANOTHER_TAILNET },
  { name: "destroy", from: TWO_TAILNETS, to: null },
];

/** What is done after a cut. A plain `up` trusts the state, so who turns round needs a refresh. */
const WAYS = [
  "the same command",
  "refresh and the same command",
  "destroy",
  "refresh and the program from before",
] as const;

type Way = (typeof WAYS)[number];

const GATEWAY = "home-gateway";
const MOMENTS_MAX = 1000;

/** A host and the state of the stack on it. */
interface Site {
  readonly host: FakeHost;
  readonly stack: Deployment;
}

/** What is broken on purpose. */
interface Broken {
  /** Stands between the engine and the host. */
  readonly through?: (host: Host) => Host;
  /** Does something to the host after the cut. */
  readonly afterwards?: (host: FakeHost) => void;
}

/** A command, cut in one way at each moment of it; every case is another pair of those. */
export function everyMoment(broken: Broken = {}): Trial {
  return {
    name: "what is cut at any moment is finished by the next command, or taken back by destroy",
    on: "memory",
    // all pairs: the numbers of commands and of cuts have no common divisor
    cases: { fast: CUTS.length, whole: COMMANDS.length * CUTS.length },
    open: async () => new EveryMoment(broken),
  };
}

/** Notes what belongs to a resource only when everything is done. */
export const notingLast: Broken = {
  through: (host) => ({
    name: host.name,
    look: (question) => host.look(question),
    contents: (paths) => host.contents(paths),
    apply(order) {
      const isNote = (step: Step) => step.do === "note";
      const notes = order.steps.filter(isNote).slice(-1);
      return host.apply({ ...order, steps: [...order.steps.filter((step) => !isNote(step)), ...notes] });
    },
  }),
};

/** Leaves a file that no manifest names. */
export const leavingAFile: Broken = {
  afterwards({ disk }) {
    disk.makeParents("/etc/tsproxy/stray");
    disk.write("/etc/tsproxy/stray", "left\n");
  },
};

class EveryMoment implements Subject {
  readonly #broken: Broken;
  readonly #pictures = new Map<Program, Promise<string>>();
  #cuts = 0;

  constructor(broken: Broken) {
    this.#broken = broken;
  }

  async try({ seed, number }: Case): Promise<void> {
    const command = COMMANDS[number % COMMANDS.length];
    const cut = CUTS[number % CUTS.length];
    if (command === undefined || cut === undefined) throw new Error("there is no such case");
    const begun = await this.#settled(command.from);
    for (let at = 0; at < MOMENTS_MAX; at++) {
      const site = this.#copyOf(begun);
      const moment = await cutShort(site, command, cut, at);
      if (moment === null) return;
      this.#cuts++;
      // with three seeds that follow each other, all ways after each cut
      const way = WAYS[(seed + number + at) % WAYS.length] ?? WAYS[0];
      try {
        this.#broken.afterwards?.(site.host);
        await this.#recover(site, command, way);
      } catch (error) {
        const where = `${command.name}, moment ${at} (${moment}): ${cut}; then ${way}`;
        throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    throw new Error(`${command.name} was not over after ${MOMENTS_MAX} moments`);
  }

  async close(): Promise<void> {}

  figures(): Record<string, number> {
    return { "cuts in memory": this.#cuts };
  }

  async #recover(site: Site, { from, to }: Command, way: Way): Promise<void> {
    if (way.startsWith("refresh")) await site.stack.refresh();
    const aim = aimOf(way, from, to);
    // a destroy knows what the state knows: docs/operations.md says what to do when it knows nothing yet
    if (aim === null && !site.stack.names.includes(GATEWAY)) await this.#reach(site, to);
    await this.#reach(site, aim);
    if (aim !== null) await this.#reach(site, null);
  }

  async #reach({ host, stack }: Site, aim: Program): Promise<void> {
    await (aim === null ? stack.destroy() : stack.up(aim));
    // the destroy of the gateway sweeps what a killed create left and the program no longer calls
    if (aim === null || leftBehind(host, stack).length === 0) expectPicture(host, await this.#pictureOf(aim));
    const drifted = await stack.refresh();
    if (drifted.length > 0) throw new Error(`a refresh finds that ${drifted.join(", ")} drifted`);
  }

  async #settled(program: Program): Promise<Site> {
    const host = bareHost(HOST, AUTH_KEYS);
    for (const { from, to } of COMMANDS) offerDownloads(host, [...(from ?? []), ...(to ?? [])]);
    const stack = new Deployment(this.#way(host));
    if (program !== null) await stack.up(program);
    return { host, stack };
  }

  #copyOf({ host, stack }: Site): Site {
    const copy = host.copy();
    return { host: copy, stack: stack.copy(this.#way(copy)) };
  }

  #way(host: FakeHost): () => Host {
    const through = this.#broken.through?.(host) ?? host;
    return () => through;
  }

  /** Of a host that has never held anything else. */
  #pictureOf(program: Program): Promise<string> {
    const picture = this.#pictures.get(program) ?? this.#settled(program).then(({ host }) => pictureOf(host));
    this.#pictures.set(program, picture);
    return picture;
  }
}

function aimOf(way: Way, from: Program, to: Program): Program {
  if (way === "destroy") return null;
  return way === "refresh and the program from before" ? from : to;
}

/** Returns what the host was about to do when the command was cut; `null`: it was over before. */
async function cutShort(
  { host, stack }: Site,
  { to }: Command,
  cut: Cut,
  at: number,
): Promise<string | null> {
  const cutter = new Cutter(cut, at);
  cutter.lieInWait(host);
  try {
    await (to === null ? stack.destroy() : stack.up(to));
  } catch (error) {
    if (!isCut(error)) throw error;
  }
  cutter.goAway(host);
  return cutter.happened;
}

function isCut(error: unknown): boolean {
  if (error instanceof Killed) return true;
  return error instanceof HostError && ["connection-lost", "step-failed"].includes(error.code);
}
