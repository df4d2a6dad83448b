import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Sshd } from "../../fake/sshd.ts";
import type { Subject, Trial } from "../contract.ts";
import type { Report } from "./client.ts";
import { mustBeFitToShow } from "./terminal.ts";
import { MALICE, type Malice } from "./wires.ts";

/** Programs for the provider's side. */
export const CLIENT = join(import.meta.dirname, "client.ts");
export const CARELESS_CLIENT = join(import.meta.dirname, "careless-client.ts");
/** Of the provider's process, of which an empty one takes a hundred. */
const MEMORY_MAX_MIB = 450;
/** A flood of 32 MiB through a cipher takes its time where other things run. */
const PATIENCE_MS = 100_000;

/** Of the hosts one has to wait for. */
const SLOW = 2;

export function wireTrial(malice: readonly [Malice, ...Malice[]] = MALICE, program = CLIENT): Trial {
  return {
    name: "a host may do anything on the wire: the provider says so in time, in little memory, and does nothing it is told",
    on: "machine",
    cases: { fast: Math.max(1, malice.length - SLOW), whole: 3 * malice.length },
    async open() {
      const home = mkdtempSync(join(tmpdir(), "tsproxy-hostile-"));
      const client = new Client(program, home);
      let hosts = 0;
      const subject: Subject = {
        async try(one) {
          const { name, behaviour, error } = malice[one.number % malice.length] ?? malice[0];
          const sshd = await Sshd.open(behaviour);
          hosts++;
          try {
            const report = await client.look(sshd);
            mustBeRight(report, error, name);
            mustBeFitToShow(`a line of the provider when a host ${name}`, client.said());
            if (readdirSync(home).length > 0) throw new Error(`a file was made when a host ${name}`);
          } finally {
            sshd.close();
          }
        },
        async close() {
          client.end();
          rmSync(home, { recursive: true, force: true });
        },
        figures: () => ({ "hostile hosts": hosts }),
      };
      return subject;
    },
  };
}

function mustBeRight({ error, kind, memoryMiB }: Report, expected: RegExp, name: string): void {
  const shown = error ?? "no error";
  if (kind !== "HostError" || !expected.test(shown))
    throw new Error(`a host that ${name} leads to ${kind}: ${shown}`);
  mustBeFitToShow(`the error about a host that ${name}`, shown);
  if (memoryMiB > MEMORY_MAX_MIB) throw new Error(`a host that ${name} takes ${memoryMiB} MiB`);
}

/** The provider's side, in a process with a small heap and nothing around it. */
class Client {
  readonly #process: ChildProcess;
  #said = "";

  constructor(program: string, home: string) {
    this.#process = fork(program, [], {
      cwd: home,
      env: { HOME: home, TMPDIR: home, PATH: "" },
      execArgv: ["--max-old-space-size=256"],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on("data", (chunk: Buffer) => {
        this.#said += chunk.toString();
      });
  }

  async look({ connection }: Sshd): Promise<Report> {
    const done = new AbortController();
    const signal = AbortSignal.any([done.signal, AbortSignal.timeout(PATIENCE_MS)]);
    const answered = once(this.#process, "message", { signal });
    const ended = once(this.#process, "exit", { signal }).then(([status]) => {
      throw new Error(`the provider ended with ${String(status)}: ${this.#said.slice(-2000)}`);
    });
    this.#process.send(connection);
    try {
      const [report] = await Promise.race([answered, ended]);
      return report;
    } finally {
      done.abort();
      await Promise.allSettled([answered, ended]);
    }
  }

  /** Since the last time. */
  said(): string {
    const said = this.#said;
    this.#said = "";
    return said;
  }

  end(): void {
    this.#process.disconnect();
  }
}
