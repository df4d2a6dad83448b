import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HostError } from "../../../providers/engine/errors.ts";
import { NOTHING } from "../../../providers/engine/kinds/desired.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { Hearing, Shell } from "../../../providers/engine/wire/shell.ts";
import { shellHost } from "../../../providers/engine/wire/shell-host.ts";
import { alone } from "../../alone.ts";
import { withoutNonces } from "../../contract/machine.ts";
import { Killed } from "../../fake/cuts.ts";
import { Deployment } from "../../fake/deployment.ts";
import type { Registration } from "../../fake/program.ts";
import { Sandbox } from "../../fake/sandbox.ts";
import type { Case, Subject, Trial } from "../contract.ts";

type Program = readonly Registration[];

const THEIRS = "/etc/theirs";
/** More than any of the programs starts. */
const PROCESSES_MAX = 110;

/** Files only: there is no systemd in a sandbox. */
function resource(key: string, texts: Readonly<Record<HostPath, string>>, adopt = false): Registration {
  const files = Object.entries(texts).map(([path, content]) => [path, { mode: "0644", content }]);
  const password = { mode: "0600", content: { secret: "password" } };
  return {
    name: key,
    inputs: {
      connection: { host: "sandbox", hostKey: "ssh-ed25519 AAAA" },
      identity: { project: "home", stack: "test", key, sweeps: key === "gateway" },
      desired: {
        ...NOTHING,
        files: { ...Object.fromEntries(files), [`/etc/ours/${key}/password`]: password },
      },
      secrets: { password: "correct horse" },
      adopt,
    },
    dependsOn: key === "gateway" ? [] : ["gateway"],
  };
}

const ONE: Program = [
  resource("gateway", { "/etc/ours/a": "1\n", [THEIRS]: "ours\n" }, true),
  resource("tailnet", { "/etc/ours/deep/er/b": "1\n" }),
];
const OTHER: Program = [
  resource("gateway", { "/etc/ours/a": "2\n" }, true),
  resource("lab", { "/usr/local/c": "" }),
];

/** What is cut: from one program to another; none of it is a destroy. */
const COMMANDS: readonly { readonly from: Program; readonly to: Program }[] = [
  { from: [], to: ONE },
  { from: ONE, to: OTHER },
  { from: ONE, to: [] },
];

/** The text of a program, cut after some byte of it. */
export function halfSent(whole = (program: string) => program): Trial {
  return {
    name: "a program of which a part arrives changes nothing",
    on: "machine",
    cases: { fast: 10, whole: 300 },
    open: async () => new HalfSent(whole),
  };
}

class HalfSent implements Subject {
  readonly #sandbox = bare();
  readonly #before = treeOf(this.#sandbox);
  readonly #whole: (program: string) => string;
  #cuts = 0;

  constructor(whole: (program: string) => string) {
    this.#whole = whole;
  }

  async try(chance: Case): Promise<void> {
    const run = async (program: string, hearing: Hearing) => {
      // a look changes nothing in any case
      if (!program.includes("\nlock ")) return this.#sandbox.run(program, hearing);
      this.#cuts++;
      return (await this.#sandbox.attempt(cutIn(this.#whole(program), chance))).output;
    };
    const shell: Shell = { name: "sandbox", run, greet: () => this.#sandbox.greet() };
    const stack = new Deployment(() => alone(shellHost(shell)));
    await expectCut(stack.up(ONE));
    expectSame(treeOf(this.#sandbox), this.#before);
  }

  async close(): Promise<void> {
    this.#sandbox.remove();
  }

  figures(): Record<string, number> {
    return { "programs half sent": this.#cuts };
  }
}

const CALLS_MAX = 500;

/** What comes of a program before its last bracket; often of its end, where it calls what it defined. */
function cutIn(program: string, chance: Case): string {
  const end = Math.max(program.lastIndexOf("\n) "), program.lastIndexOf("\nsay end "));
  const part = program.slice(0, chance.pick([chance.below(end), end - chance.below(CALLS_MAX)]));
  return chance.below(2) === 0 ? part : part.slice(0, part.lastIndexOf("\n") + 1);
}

/** Programs whose process is killed with everything that it started. */
export function killedPrograms(spoil: (sandbox: Sandbox) => void = () => {}): Trial {
  return {
    name: "a program that is killed before any process it starts is finished by the next command",
    on: "machine",
    // fewer would not come to the end of a destroy
    cases: { fast: 9, whole: COMMANDS.length * PROCESSES_MAX },
    open: async () => new KilledPrograms(spoil),
  };
}

class KilledPrograms implements Subject {
  readonly #spoil: (sandbox: Sandbox) => void;
  /** Of sandboxes that have never held anything else. */
  readonly #trees = new Map<Program, string>();
  #cuts = 0;

  constructor(spoil: (sandbox: Sandbox) => void) {
    this.#spoil = spoil;
  }

  async try(chance: Case): Promise<void> {
    const sandbox = bare();
    try {
      await this.#try(sandbox, chance);
    } finally {
      sandbox.remove();
    }
  }

  async close(): Promise<void> {}

  figures(): Record<string, number> {
    return { "programs killed": this.#cuts };
  }

  async #try(sandbox: Sandbox, chance: Case): Promise<void> {
    const { from, to } = COMMANDS[chance.number % COMMANDS.length] ?? { from: [], to: [] };
    // all numbers in turn, not the small ones first
    const count = (Math.floor(chance.number / COMMANDS.length) * 37) % PROCESSES_MAX;
    const beginning = treeOf(sandbox);
    const aim = await (this.#trees.get(to) ?? this.#freshTree(to));
    const shell = new Mortal(sandbox, chance.below(2) === 0);
    const stack = new Deployment(() => alone(shellHost(shell)));
    await reach(stack, from);
    sandbox.killAfter(count);
    const isCut = await wasCut(reach(stack, to));
    sandbox.killAfter(null);
    if (isCut) this.#cuts++;
    this.#spoil(sandbox);
    if (chance.below(2) === 0 && stack.names.includes("gateway")) await stack.refresh();
    await reach(stack, to);
    expectSame(treeOf(sandbox), aim);
    await stack.destroy();
    expectSame(treeOf(sandbox), beginning);
  }

  async #freshTree(program: Program): Promise<string> {
    const sandbox = bare();
    try {
      await reach(new Deployment(() => alone(shellHost(sandbox))), program);
      const tree = treeOf(sandbox);
      this.#trees.set(program, tree);
      return tree;
    } finally {
      sandbox.remove();
    }
  }
}

/** A shell that may take the engine, which waits for its answer, along when it is killed. */
class Mortal implements Shell {
  readonly name = "sandbox";
  readonly #sandbox: Sandbox;
  readonly #takesCallerAlong: boolean;

  constructor(sandbox: Sandbox, takesCallerAlong: boolean) {
    this.#sandbox = sandbox;
    this.#takesCallerAlong = takesCallerAlong;
  }

  greet(): Promise<void> {
    return this.#sandbox.greet();
  }

  async run(program: string): Promise<string> {
    const { code, output } = await this.#sandbox.attempt(program);
    if (code === null && this.#takesCallerAlong) throw new Killed("SIGKILL");
    return output;
  }
}

function reach(stack: Deployment, program: Program): Promise<void> {
  return program.length === 0 ? stack.destroy() : stack.up(program);
}

/** With a file of another owner. */
function bare(): Sandbox {
  const sandbox = new Sandbox();
  mkdirSync(sandbox.path("/etc/ours-not"));
  writeFileSync(sandbox.path(THEIRS), "theirs\n", { mode: 0o640 });
  return sandbox;
}

async function expectCut(work: Promise<void>): Promise<void> {
  if (!(await wasCut(work))) throw new Error("the program went through although half of it was sent");
}

/** @throws whatever else went wrong */
async function wasCut(work: Promise<void>): Promise<boolean> {
  try {
    await work;
    return false;
  } catch (error) {
    if (error instanceof Killed) return true;
    if (error instanceof HostError && error.code === "connection-lost") return true;
    throw error;
  }
}

/**
 * Every file that outlives a boot, with mode and text; records of the engine with their lines in order. Half a record
 * is left out: the next program that has something to do makes a whole one of it.
 */
function treeOf({ root }: Sandbox): string {
  const paths = readdirSync(root, { recursive: true, encoding: "utf8" }).sort();
  const lines = paths
    .filter((path) => !/^(?:run|usr\/local\/bin)(?:\/|$)|^var\/lib\/tsproxy\/\w+\.new$/.test(path))
    .map((path) => {
      const facts = lstatSync(join(root, path));
      const text = facts.isFile() ? readFileSync(join(root, path), "utf8") : "";
      const shown = /tsproxy\/(?:dirs|installed)$/.test(path) ? text.split("\n").sort().join("\n") : text;
      return `${path} ${facts.mode.toString(8)}\n${shown}`;
    });
  return withoutNonces(lines.join("\n"));
}

function expectSame(found: string, expected: string): void {
  if (found !== expected) throw new Error(`there is\n${found}\nwhere there should be\n${expected}`);
}
