import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stack } from "../../host/stack.ts";
import { pulumiEnvironment } from "../../toolchain/toolchain.ts";
import type { Search } from "./search.ts";

/** Every program is called by its arguments and with its environment, each in full. */
const STRACE = "strace -f --seccomp-bpf -e trace=execve -e signal=none -v -s 1000000";

/**
 * What Pulumi itself shows of secrets, whatever the provider: its log of the ninth level has every property, and
 * a program finds its configuration in its environment, which other users cannot read.
 */
const OWN_LOG = /^\{.*"msg":"(?:Unm|M)arshaling property for RPC\[/;
const OWN_VARIABLE = /"PULUMI_CONFIG=(?:[^"\\]|\\.)*"/g;

/**
 * Runs `pulumi` as talkative as it can be, and searches everything that can be seen of it: what it prints and
 * logs, its events, its state, the files it leaves, and what every process of it was called with.
 */
export class WatchedStack {
  readonly stack: Stack;
  readonly #search: Search;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  private constructor(stack: Stack, search: Search, folder: string, path: string) {
    this.stack = stack;
    this.#search = search;
    this.#folder = folder;
    this.#environment = {
      PATH: `${folder}/bin:${path}`,
      TMPDIR: `${folder}/tmp`,
      // --event-log is one of the commands for debugging
      PULUMI_DEBUG_COMMANDS: "true",
    };
  }

  static async open(name: string, search: Search): Promise<WatchedStack> {
    const stack = await Stack.open(name, { gateways: {}, secrets: {} });
    const folder = join(stack.directory, "watched");
    for (const part of ["bin", "tmp", "calls"]) mkdirSync(join(folder, part), { recursive: true });
    const { PATH: path = "" } = await pulumiEnvironment(join(stack.directory, "state"));
    const script = `#!/bin/sh\nPATH='${path}'\nexec ${STRACE} -o ${folder}/calls/$$ pulumi "$@"\n`;
    writeFileSync(`${folder}/bin/pulumi`, script);
    chmodSync(`${folder}/bin/pulumi`, 0o755);
    return new WatchedStack(stack, search, folder, path);
  }

  /** Each secret by itself, as the documentation says: so Pulumi knows it again where it logs. */
  async configure(gateways: unknown, secrets: Readonly<Record<string, string>>): Promise<void> {
    await this.stack.expect(["config", "rm", "tsproxy:secrets"]);
    await this.stack.expect(["config", "set", "tsproxy:gateways"], JSON.stringify(gateways));
    for (const [key, value] of Object.entries(secrets))
      await this.stack.expect(["config", "set", "--secret", "--path", `tsproxy:secrets["${key}"]`], value);
  }

  /** @returns whether it succeeded, and what it printed */
  async run(...args: string[]): Promise<{ readonly ok: boolean; readonly output: string }> {
    const events = join(this.#folder, "events");
    const [verb = ""] = args;
    const how = ["-v=9", "--logtostderr", "--logflow", "--event-log", events];
    const { status, output } = await this.stack.run([...args, ...how], "", this.#environment);
    for (const line of output.split("\n"))
      if (!OWN_LOG.test(line)) this.#search.in(`what pulumi ${verb} prints`, line);
    if (existsSync(events)) this.#search.in(`the events of pulumi ${verb}`, readFileSync(events));
    this.#searchCalls(verb);
    this.#search.inFilesOf(this.stack.directory, ["node_modules", "dist", "calls", "events"]);
    this.#search.in("the state", await this.stack.export());
    return { ok: status === 0, output };
  }

  remove(): void {
    this.stack.remove();
  }

  #searchCalls(verb: string): void {
    const calls = join(this.#folder, "calls");
    const files = readdirSync(calls);
    if (files.length === 0) throw new Error(`nobody saw what processes pulumi ${verb} has`);
    for (const name of files) {
      for (const line of readFileSync(join(calls, name), "latin1").split("\n"))
        this.#search.in(`a process of pulumi ${verb}`, line.replace(OWN_VARIABLE, ""));
      rmSync(join(calls, name));
    }
  }
}
