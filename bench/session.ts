import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type OpenFleet, openFleet } from "./fleet/index.ts";
import type { Measured, Results } from "./results.ts";

/** What a part is given: hosts, a folder, how often to run, and where to tell progress. */
export interface Session {
  /** Runs of each entrant, 1 or more. */
  readonly runs: number;
  /** Size of the large fleet, 2 or more. */
  readonly hosts: number;
  /** The part's own; it exists, and is removed at the end. */
  readonly folder: string;
  /** A fleet of that size, every host as new, at a round trip of 0 ms. Another one that was open is closed. */
  fleet(size: number): Promise<OpenFleet>;
  /** The fleet that an earlier part left open, its hosts as that part left them. */
  left(): OpenFleet | undefined;
  /** Closes the fleet that is open: for parts that need none. */
  clear(): Promise<void>;
  /** @param done share of the part's work, 0 to 1 */
  tell(what: string, done: number): void;
}

/** What a part finds; when, how long and on what is noted by the session. */
export type Found<Name extends keyof Results> = Omit<NonNullable<Results[Name]>, keyof Measured> & {
  /** Program -> version, beyond what takes part in everything. */
  readonly versions?: Readonly<Record<string, string>>;
};

/** One part of the benchmark. */
export interface Part<Name extends keyof Results> {
  /** What it measures, for `--help`. */
  readonly about: string;
  /** How long it takes with that many runs on two processors, roughly. */
  estimateSeconds(runs: number): number;
  measure(session: Session): Promise<Found<Name>>;
}

/** The session within a stage of it that covers the work from share `from` to share `to`. */
export function stageOf(session: Session, name: string, from: number, to: number): Session {
  const folder = join(session.folder, name.replaceAll(/\W+/g, "-"));
  mkdirSync(folder, { recursive: true });
  const tell = (what: string, done: number) =>
    session.tell(`${name}: ${what}`, from + (to - from) * Math.min(1, done));
  return { ...session, folder, tell };
}

/** Keeps one fleet at a time: fifty hosts beside another would disturb it. */
export class Fleets {
  readonly #name: string;
  #open: OpenFleet | undefined;
  #isNew = false;

  /** @param name as for laboratories */
  constructor(name: string) {
    this.#name = name;
  }

  /** See `Session.left`. */
  get left(): OpenFleet | undefined {
    return this.#open;
  }

  /** See `Session.fleet`. */
  async get(size: number): Promise<OpenFleet> {
    if (this.#open?.hosts.length !== size) {
      await this.close();
      this.#open = await openFleet(this.#name, size);
      this.#isNew = true;
    }
    await this.#open.delay(0);
    if (!this.#isNew) await this.#open.reset();
    this.#isNew = false;
    return this.#open;
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = undefined;
    await open?.close();
  }
}
