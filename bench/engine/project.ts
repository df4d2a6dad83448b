import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "../../test/toolchain/command.ts";
import { pulumiEnvironment } from "../../test/toolchain/toolchain.ts";
import type { Timing } from "../contract.ts";
import { timed } from "../rivals/accounting.ts";
import type { Wanted } from "./program/wanted.ts";

const checkout = resolve(import.meta.dirname, "../..");

/** Options of a run of `pulumi` that a measurement varies. */
export interface HowToRun {
  /** Most resources at a time. @default the engine's own, four times the processors */
  readonly parallel?: number;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** What keeps the engine from writing the whole state after each step. An interrupted `up` then has recorded nothing. */
export const SKIP_CHECKPOINTS = { PULUMI_EXPERIMENTAL: "true", PULUMI_SKIP_CHECKPOINTS: "true" } as const;

/** A stack of the measured program in a folder of its own, run by the real engine with its state in files. */
export class Project {
  readonly folder: string;
  readonly #environment: Record<string, string>;

  private constructor(folder: string, environment: Record<string, string>) {
    this.folder = folder;
    this.#environment = environment;
  }

  /**
   * @param folder made; what is in it is removed first
   * @param dist the package as built
   */
  static async open(folder: string, wanted: Wanted, dist = join(checkout, "dist")): Promise<Project> {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    cpSync(join(import.meta.dirname, "program"), folder, { recursive: true });
    cpSync(join(checkout, "package.json"), join(folder, "package.json"));
    cpSync(dist, join(folder, "dist"), { recursive: true });
    symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
    const project = new Project(folder, await pulumiEnvironment(join(folder, "state")));
    project.want(wanted);
    await project.#said(["stack", "init", STACK]);
    cpSync(join(folder, "state"), join(folder, "state.new"), { recursive: true });
    return project;
  }

  /** From the next `up` on. */
  want(wanted: Wanted): void {
    writeFileSync(join(this.folder, "wanted.json"), JSON.stringify(wanted));
  }

  up(how: HowToRun = {}): Promise<Timing> {
    return this.#change("up", how);
  }

  /** @throws Error also when a host is not as the state says */
  refresh(how: HowToRun = {}): Promise<Timing> {
    return this.#change("refresh", how, ["--expect-no-changes"]);
  }

  /** The state as `pulumi stack export` prints it. */
  export(): Promise<string> {
    return this.#said(["stack", "export", "--stack", STACK]);
  }

  /** Makes the stack forget everything; the hosts stay as they are. */
  forget(): void {
    rmSync(join(this.folder, "state"), { recursive: true });
    cpSync(join(this.folder, "state.new"), join(this.folder, "state"), { recursive: true });
  }

  remove(): void {
    if (existsSync(this.folder)) rmSync(this.folder, { recursive: true });
  }

  #change(
    verb: "up" | "refresh",
    { parallel, env = {} }: HowToRun,
    more: readonly string[] = [],
  ): Promise<Timing> {
    const width = parallel === undefined ? [] : ["--parallel", String(parallel)];
    return this.#timed([verb, "--yes", "--skip-preview", "--stack", STACK, ...more, ...width], env);
  }

  #timed(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Timing> {
    return timed(["pulumi", ...args, "--non-interactive"], this.#options(env));
  }

  #said(args: readonly string[]): Promise<string> {
    return run(["pulumi", ...args, "--non-interactive"], this.#options({}));
  }

  #options(env: Readonly<Record<string, string>>) {
    return { cwd: this.folder, env: { ...this.#environment, ...env } };
  }
}

const STACK = "bench";
