import { registrationsOf } from "../../fake/program.ts";
import type { Subject, Trial } from "../contract.ts";
import { newest, revived } from "./converging.ts";

const BYTES_MAX = 38_000;
/** `pulumi` writes what a provider gives it indented by four. */
const INDENT = 4;

/** @param more bytes that every resource has besides, as when something is kept twice */
export function stateSize(more = 0): Trial {
  return {
    name: "a tailnet with port and suffix takes less than 38 kB of the state",
    on: "memory",
    cases: { fast: 1, whole: 1 },
    open: async () => new StateSize(more),
  };
}

class StateSize implements Subject {
  readonly #more: number;
  #largest = 0;

  constructor(more: number) {
    this.#more = more;
  }

  async try(): Promise<void> {
    const { gateways, secrets } = newest.program;
    const program = registrationsOf(gateways, secrets);
    const { stack } = revived(newest, program);
    await stack.up(program);
    for (const tailnet of ["home-work-", "home-lab-"]) {
      const bytes = program
        .filter(({ name }) => name.startsWith(tailnet))
        .map(({ name, inputs }) => this.#more + sizeOf({ inputs, outputs: stack.outputs[name] }))
        .reduce((sum, each) => sum + each, 0);
      this.#largest = Math.max(this.#largest, bytes);
    }
    if (this.#largest >= BYTES_MAX) throw new Error(`a tailnet takes ${this.#largest} bytes`);
  }

  async close(): Promise<void> {}

  figures(): Record<string, number> {
    return { "bytes of state for a tailnet": this.#largest };
  }
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value, null, INDENT), "utf8");
}
