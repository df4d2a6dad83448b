import type { VariantName } from "../lab/variants/index.ts";
import { type Bench, openBench } from "./bench.ts";
import type { Run } from "./stack.ts";

/** The whole engine waits for package managers and logins now and then. */
const DEADLINE_MS = 180_000;
/** For tests with several runs of the engine, and reboots between them. */
export const LONG_MS = 600_000;

/**
 * Tests that share a freshly booted laboratory and go in their order; each begins where the one before ended.
 * Left out on machines where no laboratory can run; `test/run` says so.
 *
 * @param name of the laboratory: each file its own, so that one that failed leaves nothing to the next.
 * @param as what else the laboratory has, in this order
 */
export function onLaboratory(
  title: string,
  name: string,
  tests: (bench: () => Bench) => void,
  as: readonly VariantName[] = [],
): void {
  const group = process.env.TSPROXY_LAB === "unavailable" ? describe.skip : describe;
  group(title, () => {
    jest.setTimeout(DEADLINE_MS);
    let bench: Bench | undefined;
    beforeAll(async () => {
      bench = await openBench(name, as);
    });
    afterAll(async () => {
      // for a look around after a failure
      if (process.env.TSPROXY_KEEP_LAB === undefined) await bench?.close();
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
