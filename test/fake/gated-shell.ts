import type { ChildProcess } from "node:child_process";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { HostError } from "../../providers/engine/errors.ts";
import type { Hearing, Shell } from "../../providers/engine/wire/shell.ts";
import type { Sandbox } from "./sandbox.ts";

const SAY = `say() { printf '= %s\\n' "$*"; }`;
const GATE = "/run/gate";

/** A program that has come to a gate and waits there. */
export interface Waiting {
  /** It goes on. */
  open(): Promise<void>;
  /** It dies with all its processes. */
  kill(): void;
  /** The shell that was sent the program dies; what it has begun waits on. */
  killClient(): void;
}

export interface Gate {
  /** The step of the program that is not begun until the gate opens, from 0 on. */
  readonly step: number;
  readonly reached: (waiting: Waiting) => Promise<void>;
}

/** The shell of a sandbox, with a gate at one step of the first program that comes to it. */
export class GatedShell implements Shell {
  readonly name = "sandbox";
  readonly #sandbox: Sandbox;
  readonly #change: (program: string) => string;
  #gate: Gate | null;

  /** @param change what is made of a program before it is sent; a planted fault */
  constructor(sandbox: Sandbox, gate: Gate | null, change = (program: string) => program) {
    this.#sandbox = sandbox;
    this.#gate = gate;
    this.#change = change;
  }

  /** There is no network in between. */
  async greet(): Promise<void> {}

  async run(program: string, { onLine }: Hearing): Promise<string> {
    const gate = program.includes(`say step ${this.#gate?.step};`) ? this.#gate : null;
    const sent = gate === null ? program : gated(program, gate.step);
    if (gate !== null) execFileSync("mkfifo", [this.#sandbox.path(GATE)]);
    const child = this.#sandbox.start();
    child.stdin?.on("error", () => undefined); // a shell that was killed reads no further
    child.stdin?.end(this.#change(sent));
    let output = "";
    let visit = Promise.resolve();
    let trouble: unknown = null;
    child.stdout?.on("data", (chunk: Buffer) => {
      const seen = output.split("\n").length - 1;
      output += chunk.toString();
      const lines = output.split("\n").slice(0, -1);
      for (const line of lines.slice(seen)) {
        onLine(line);
        if (gate !== null && line === `= step ${gate.step}`) {
          this.#gate = null;
          const waiting = this.#waiting(child);
          visit = gate.reached(waiting).catch((error: unknown) => {
            trouble = error;
            waiting.kill();
          });
        }
      }
    });
    const [, signal] = await once(child, "close");
    await visit;
    if (trouble !== null) throw trouble;
    if (gate !== null) rmSync(this.#sandbox.path(GATE), { force: true });
    if (signal === null) return output;
    throw new HostError("connection-lost", {
      host: this.name,
      doing: "finish a program",
      because: String(signal),
    });
  }

  #waiting(child: ChildProcess): Waiting {
    const path = this.#sandbox.path(GATE);
    const { pid } = child;
    if (pid === undefined) throw new Error("a program without a process");
    return {
      open: () => writeFile(path, "\n"),
      kill: () => void process.kill(-pid, "SIGKILL"),
      killClient: () => void process.kill(pid, "SIGKILL"),
    };
  }
}

function gated(program: string, step: number): string {
  if (!program.includes(SAY)) throw new Error("the program does not say what it does as it used to");
  // the gate may never be opened again
  const wait = `[ "$*" != "step ${step}" ] || timeout --foreground 60 cat ${GATE} >/dev/null`;
  return program.replace(SAY, () => SAY.replace("; }", `; ${wait}; }`));
}
