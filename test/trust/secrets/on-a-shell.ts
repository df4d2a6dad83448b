import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { HostError } from "../../../providers/engine/errors.ts";
import { type Desired, NOTHING } from "../../../providers/engine/kinds/desired.ts";
import type { Shell } from "../../../providers/engine/wire/shell.ts";
import { shellHost } from "../../../providers/engine/wire/shell-host.ts";
import { alone } from "../../alone.ts";
import { Canary } from "../../fake/canary.ts";
import { oneTailnet } from "../../fake/home.ts";
import { canSandbox } from "../../fake/sandbox.ts";
import { Stack } from "../../fake/stack.ts";
import { Witness } from "../../fake/witness.ts";
import type { Case, Subject, Trial } from "../contract.ts";
import { nasty } from "../hostile/nasty.ts";
import { AUTH_KEY_FILE } from "./life.ts";

/** Files that may hold the key: its own, and for a moment the one that becomes it. */
const OWNERS = [AUTH_KEY_FILE, `${AUTH_KEY_FILE}.tsproxy-new`];
/** Where the sandbox keeps what programs write. */
const PLACES = ["/etc", "/var/lib", "/run"];

/** @param rewrite what becomes of a program on its way */
export function shellTrial(rewrite = (program: string): string => program): Trial {
  return {
    name: "no program on a host is called with a secret or has it around it, and no file but its own ever holds it, even if the shell is killed",
    on: "machine",
    cases: { fast: canSandbox ? 6 : 0, whole: 60 },
    async open() {
      const witness = new Witness(OWNERS);
      let runs = 0;
      let calls = 0;
      const subject: Subject = {
        async try(one) {
          const tried = new ShellLife(one, witness, rewrite);
          for (let times = 4; times > 0; times--, runs++) calls += await tried.act();
          await tried.end();
        },
        close: async () => witness.sandbox.remove(),
        figures: () => ({ "runs on a real shell": runs, "calls of programs searched": calls }),
      };
      return subject;
    },
  };
}

class ShellLife {
  readonly #one: Case;
  readonly #witness: Witness;
  readonly #stack: Stack;
  readonly #canaries: Canary[] = [];
  #key = "";

  constructor(one: Case, witness: Witness, rewrite: (program: string) => string) {
    this.#one = one;
    this.#witness = witness;
    const { sandbox } = witness;
    const shell: Shell = {
      name: sandbox.name,
      run: (program, hearing) => sandbox.run(rewrite(program), hearing),
      greet: () => sandbox.greet(),
    };
    this.#stack = new Stack(alone(shellHost(shell)), { key: "tailnet-work" });
    this.#newKey();
  }

  /** @returns how many programs were called */
  async act(): Promise<number> {
    const up = () => this.#stack.up({ desired: this.#desired(), secrets: { authKey: this.#key } });
    const renewed = () => {
      this.#newKey();
      return up();
    };
    if (this.#one.below(3) === 0) this.#witness.killAfter(this.#one.below(60));
    return this.#watch(this.#one.pick([up, up, renewed, renewed, () => this.#stack.refresh()]));
  }

  async end(): Promise<void> {
    await this.#watch(() => this.#stack.destroy());
    for (const path of OWNERS) rmSync(this.#witness.sandbox.path(path), { force: true });
    for (const place of ["/etc/tsproxy", "/var/lib/tsproxy"])
      rmSync(this.#witness.sandbox.path(place), { recursive: true, force: true });
  }

  #newKey(): void {
    const canary = new Canary(`auth key ${this.#canaries.length + 1}`);
    this.#canaries.push(canary);
    this.#key = `tskey-auth-${canary.core}${nasty(this.#one).replaceAll("\0", "")}`;
  }

  /** There is no systemd in the sandbox: files alone. */
  #desired(): Desired {
    const files = oneTailnet()[1]?.wish.desired.files ?? {};
    const plain = Object.entries(files).filter(([path]) => path.startsWith("/etc/tsproxy/"));
    return { ...NOTHING, files: Object.fromEntries(plain) };
  }

  async #watch(act: () => Promise<unknown>): Promise<number> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      this.#mustBeClean("an error", error.message);
    }
    const notes = this.#witness.notes();
    this.#mustBeClean("the arguments of a program", notes.arguments);
    this.#mustBeClean("the environment of a program", notes.environment);
    const open = notes.modes.find((line) => !line.startsWith("600 0:0 "));
    if (open !== undefined) throw new Error(`the file of the secret was open to others: ${open}`);
    for (const place of PLACES) this.#search(place);
    return notes.arguments.split("\0").length;
  }

  #search(path: string): void {
    const here = this.#witness.sandbox.path(path);
    for (const entry of readdirSync(here, { withFileTypes: true })) {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) this.#search(inside);
      else if (entry.isFile()) this.#searchFile(inside, join(here, entry.name));
    }
  }

  #searchFile(inside: string, file: string): void {
    const mode = statSync(file).mode & 0o7777;
    if (OWNERS.includes(inside) && mode === 0o600) return;
    this.#mustBeClean(`${inside} with mode ${mode.toString(8)}`, readFileSync(file));
  }

  #mustBeClean(what: string, text: string | Buffer): void {
    for (const canary of this.#canaries) {
      const trace = canary.tracesIn(text);
      if (trace !== null) throw new Error(`${what} has ${trace}`);
    }
  }
}
