import { type Bench, openBench } from "../host/bench.ts";
import type { Variation } from "../host/laboratory-config.ts";
import type { Run, Stack, StackConfig } from "../host/stack.ts";
import { Cutter, type Line } from "../lab/cutter.ts";
import { descendants, isAlive } from "../lab/descendants.ts";
import { compareSnapshots, type Lab, type Snapshot } from "../lab/index.ts";
import type { Way } from "../lab/proofs.ts";

/** How a command on a laboratory comes to its end before its time. */
export const CUTS = [
  "the connection drops",
  "the connection hangs",
  "the provider is killed",
  "the CLI is killed",
  "the host loses power",
] as const;

export type Cut = (typeof CUTS)[number];

/** `ip` keeps namespaces there and leaves the mount to the next namespace. */
const MOUNT = /^mount \/run\/netns:/;
/**
 * What is another one on every installation, although nothing is wrong: the engine's records, whose lines come in the
 * order of the work, and what a node remembers of itself.
 */
const RESTLESS =
  /^file \/var\/lib\/(?:tsproxy\/(?:[^/]+\.manifest|dirs|installed): .* became |private\/tsproxy-[^/]+\/)/;

/** A fresh laboratory with a stack on it that is reached through a cutter. */
export class LaboratorySite {
  readonly lab: Lab;
  readonly #bench: Bench;
  readonly #cutter: Cutter;
  /** Processes that a killed CLI has left. */
  readonly #orphans: number[] = [];
  #stack: Stack | undefined;

  private constructor(bench: Bench, cutter: Cutter) {
    this.#bench = bench;
    this.lab = bench.lab;
    this.#cutter = cutter;
  }

  /** @param name of the laboratory, 1 to 7 characters */
  static async open(name: string): Promise<LaboratorySite> {
    const bench = await openBench(name);
    try {
      return new LaboratorySite(bench, await Cutter.open(bench.lab.hosts.gateway.address));
    } catch (error) {
      await bench.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#endOrphans();
    this.#cutter.close();
    await this.#bench.close();
  }

  /** How the gateway is reached through the cutter. */
  get ssh() {
    const { hostKey } = this.lab.hosts.gateway;
    return { host: "127.0.0.1", port: this.#cutter.port, hostKey };
  }

  /** The laboratory's gateway with these tailnets, through the cutter. */
  configOf(ways: readonly Way[], more: Variation = {}): Promise<StackConfig> {
    return this.#bench.configurations.of(ways, { ...more, gateway: { ssh: this.ssh, ...more.gateway } });
  }

  async configure(config: StackConfig): Promise<void> {
    if (this.#stack === undefined) this.#stack = await this.#bench.open(config);
    else await this.#stack.configure(config);
  }

  get stack(): Stack {
    if (this.#stack === undefined) throw new Error("configure the stack first");
    return this.#stack;
  }

  /** Bursts between this machine and the host while a command runs to its end. */
  async burstsOf(work: () => Promise<unknown>): Promise<number> {
    this.#cutter.goAway();
    await work();
    return this.#cutter.bursts;
  }

  /**
   * Runs `pulumi up` or `destroy` and cuts it before a burst.
   *
   * @returns false when it was over before
   */
  async cutShort(command: "up" | "destroy", cut: Cut, burst: number): Promise<boolean> {
    const { pid, over } = this.stack.begin([command, "--yes", "--skip-preview"]);
    let powered: Promise<void> = Promise.resolve();
    this.#cutter.lieInWait(burst, (line) => {
      if (cut === "the host loses power") powered = this.lab.powerCycle("gateway");
      this.#orphans.push(...this.#strike(cut, pid, line));
    });
    const { status, output } = await over;
    await powered;
    const { hasStruck } = this.#cutter;
    this.#cutter.goAway();
    if (hasStruck) return true;
    if (status !== 0) throw new Error(`nobody cut it, and it failed:\n${output}`);
    return false;
  }

  /** Runs it again after a cut, with what docs/operations.md says where Pulumi keeps the stack locked. */
  async again(command: "up" | "destroy", cut: Cut): Promise<void> {
    try {
      await this.#again(command, cut);
    } finally {
      this.#endOrphans();
    }
  }

  async #again(command: "up" | "destroy", cut: Cut): Promise<void> {
    const run = await this.#run(command);
    if (!run.output.includes("the stack is currently locked")) return succeeded(run);
    if (cut !== "the CLI is killed") throw new Error(`locked although nobody killed the CLI:\n${run.output}`);
    await this.stack.expect(["cancel", "--yes"]);
    succeeded(await this.#run(command));
  }

  async expectNoDrift(): Promise<void> {
    succeeded(await this.stack.refresh("--expect-no-changes"));
  }

  snapshot(): Promise<Snapshot> {
    return this.lab.snapshot("gateway");
  }

  /** @throws Error with what differs from the snapshot of a host that was set up without trouble */
  async expectLike(expected: Snapshot): Promise<void> {
    expectNone((await this.#differences(expected)).filter((one) => !RESTLESS.test(one)));
  }

  /** @throws Error with what is there that was not in the beginning, or the other way round */
  async expectGone(beginning: Snapshot): Promise<void> {
    expectNone(await this.#differences(beginning));
  }

  async #differences(expected: Snapshot): Promise<string[]> {
    return compareSnapshots(expected, await this.snapshot()).filter((one) => !MOUNT.test(one));
  }

  /** Providers do not end by themselves when their CLI is killed; the next command has to do beside them. */
  #endOrphans(): void {
    for (const pid of this.#orphans.splice(0)) if (isAlive(pid)) process.kill(pid, "SIGKILL");
  }

  #run(command: "up" | "destroy"): Promise<Run> {
    return command === "up" ? this.stack.up() : this.stack.destroy();
  }

  /** Returns the processes that are left without a parent to report to. */
  #strike(cut: Cut, pid: number, line: Line): number[] {
    const below = descendants(pid);
    switch (cut) {
      case "the connection drops":
        line.drop();
        return [];
      case "the connection hangs":
        line.hang();
        return [];
      case "the provider is killed": {
        const providers = below.filter(({ command }) => command.includes("dynamic-provider"));
        if (providers.length === 0)
          throw new Error(`no provider among\n${below.map(({ command }) => command).join("\n")}`);
        for (const provider of providers) process.kill(provider.pid, "SIGKILL");
        return [];
      }
      case "the CLI is killed":
        process.kill(pid, "SIGKILL");
        return below.map((each) => each.pid);
      case "the host loses power":
        return [];
    }
  }
}

function expectNone(differences: readonly string[]): void {
  if (differences.length > 0) throw new Error(`the host is not as it should be:\n${differences.join("\n")}`);
}

function succeeded({ status, output }: Run): void {
  if (status !== 0) throw new Error(`pulumi ended with status ${status}\n${output}`);
}
