import { type Lab, openLab } from "../lab/index.ts";
import { Configurations } from "./laboratory-config.ts";
import { type Run, Stack, type StackConfig } from "./stack.ts";

/** A laboratory for the tests of one file, and the stacks they open on it. */
export interface Bench {
  readonly lab: Lab;
  readonly configurations: Configurations;
  /** A stack that is forgotten, with its laboratory, after the last test. */
  open(config: StackConfig): Promise<Stack>;
}

/** The whole engine waits for package managers and logins now and then. */
const DEADLINE_MS = 180_000;

/**
 * Tests that share a freshly booted laboratory and go in their order; each begins where the one before ended.
 * Left out on machines where no laboratory can run; `test/run` says so.
 *
 * @param name of the laboratory: each file its own, so that one that failed leaves nothing to the next.
 */
export function onLaboratory(title: string, name: string, tests: (bench: () => Bench) => void): void {
  const group = process.env.TSPROXY_LAB === "unavailable" ? describe.skip : describe;
  group(title, () => {
    jest.setTimeout(DEADLINE_MS);
    const stacks: Stack[] = [];
    let bench: Bench | undefined;
    beforeAll(async () => {
      // two checkouts that are tested at once need laboratories of their own
      const lab = await openLab(`${process.env.TSPROXY_LAB_PREFIX ?? ""}${name}`.slice(0, 8));
      bench = {
        lab,
        configurations: new Configurations(lab),
        async open(config) {
          const stack = await Stack.open(`${name}${stacks.length}`, config);
          stacks.push(stack);
          return stack;
        },
      };
    });
    afterAll(async () => {
      // for whoever wants to look around after a failure
      if (process.env.TSPROXY_KEEP_LAB !== undefined) return;
      for (const stack of stacks) stack.remove();
      await bench?.lab.down();
    });
    tests(() => {
      if (bench === undefined) throw new Error(`laboratory ${name} did not come up`);
      return bench;
    });
  });
}

/** The output of a command that has to succeed. */
export function succeeded({ status, output }: Run): string {
  if (status === 0) return output;
  throw new Error(`pulumi ended with status ${status}\n${output}`);
}

/** The output of a command that has to fail. */
export function failed({ status, output }: Run): string {
  if (status !== 0) return output;
  throw new Error(`pulumi succeeded\n${output}`);
}
