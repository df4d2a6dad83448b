import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pulumiEnvironment } from "../toolchain/toolchain.ts";

const checkout = resolve(import.meta.dirname, "../..");

/** What a `pulumi` command did. */
export interface Run {
  readonly status: number;
  /** Standard output and error, as a user sees them. */
  readonly output: string;
  /** Standard output alone, for what a program reads. */
  readonly stdout: string;
}

/** Plain trees, as they stand under `tsproxy:gateways` and `tsproxy:secrets`. */
export interface StackConfig {
  readonly gateways: unknown;
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * A stack of this repository's own program, run by the real engine: a folder with copies of the program
 * and its own state, beside which nothing of the checkout is written or, once it is open, read.
 */
export class Stack {
  readonly name: string;
  readonly directory: string;
  readonly #environment: Record<string, string>;

  private constructor(name: string, directory: string, environment: Record<string, string>) {
    this.name = name;
    this.directory = directory;
    this.#environment = environment;
  }

  static async open(name: string, config: StackConfig): Promise<Stack> {
    const directory = mkdtempSync(join(tmpdir(), `tsproxy-stack-${name}-`));
    for (const file of ["Pulumi.yaml", "index.ts", "package.json"])
      cpSync(join(checkout, file), join(directory, file));
    cpSync(join(checkout, "dist"), join(directory, "dist"), { recursive: true });
    symlinkSync(join(checkout, "node_modules"), join(directory, "node_modules"));
    const stack = await Stack.in(directory, name);
    await stack.configure(config);
    return stack;
  }

  /** A stack of the program in `directory`, configured with what is no secret. Its state lies there too. */
  static async in(
    directory: string,
    name: string,
    config: Readonly<Record<string, unknown>> = {},
  ): Promise<Stack> {
    mkdirSync(join(directory, "state"));
    const stack = new Stack(name, directory, await pulumiEnvironment(join(directory, "state")));
    await stack.expect(["stack", "init", name]);
    for (const [key, value] of Object.entries(config)) {
      await stack.expect(["config", "set", key], JSON.stringify(value));
    }
    return stack;
  }

  /** Replaces the whole configuration. Secrets go by standard input, never in arguments. */
  async configure({ gateways, secrets }: StackConfig): Promise<void> {
    await this.expect(["config", "set", "tsproxy:secrets", "--secret"], JSON.stringify(secrets));
    await this.expect(["config", "set", "tsproxy:gateways"], JSON.stringify(gateways));
  }

  up(...more: string[]): Promise<Run> {
    return this.run(["up", "--yes", "--skip-preview", ...more]);
  }

  preview(...more: string[]): Promise<Run> {
    return this.run(["preview", ...more]);
  }

  refresh(...more: string[]): Promise<Run> {
    return this.run(["refresh", "--yes", "--skip-preview", ...more]);
  }

  destroy(...more: string[]): Promise<Run> {
    return this.run(["destroy", "--yes", "--skip-preview", ...more]);
  }

  /** The state as `pulumi stack export` prints it. */
  async export(): Promise<string> {
    return (await this.expect(["stack", "export"])).stdout;
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse((await this.expect(["stack", "output", "--json"])).stdout);
  }

  /** Forgets the stack. The host is left as it is: destroy first. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs `pulumi` and throws with its whole output when it fails. */
  async expect(args: readonly string[], input = ""): Promise<Run> {
    const run = await this.run(args, input);
    if (run.status !== 0)
      throw new Error(`pulumi ${args.join(" ")} ended with status ${run.status}\n${run.output}`);
    return run;
  }

  run(args: readonly string[], input = "", environment: Readonly<Record<string, string>> = {}): Promise<Run> {
    return this.begin(args, input, environment).over;
  }

  /** Begins to run `pulumi`, for tests that end it before its time. */
  begin(
    args: readonly string[],
    input = "",
    environment: Readonly<Record<string, string>> = {},
  ): { readonly pid: number; readonly over: Promise<Run> } {
    const child = spawn(
      "pulumi",
      [
        ...args,
        "--non-interactive",
        ...(args[0] === "stack" && args[1] === "init" ? [] : ["--stack", this.name]),
      ],
      {
        cwd: this.directory,
        env: { ...this.#environment, ...environment },
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    const over = new Promise<Run>((done, fail) => {
      const output: Buffer[] = [];
      const stdout: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => void (output.push(chunk) && stdout.push(chunk)));
      child.stderr.on("data", (chunk: Buffer) => output.push(chunk));
      child.on("error", fail);
      const text = (chunks: readonly Buffer[]) => Buffer.concat(chunks).toString("utf8");
      child.on("close", (status) =>
        done({ status: status ?? -1, output: text(output), stdout: text(stdout) }),
      );
      child.stdin.end(input);
    });
    return { pid: child.pid ?? -1, over };
  }
}
