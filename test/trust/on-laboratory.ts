import { type Bench, openBench } from "../host/bench.ts";
import type { Run, Stack } from "../host/stack.ts";
import { compareSnapshots, type Snapshot } from "../lab/index.ts";
import type { Case, Subject, Trial } from "./contract.ts";
import { same } from "./holds.ts";
import type { Count } from "./in-memory.ts";

/** A laboratory whose gateway has not been touched when a case begins, nor when it ends. */
export interface Ground {
  readonly bench: Bench;
  /** @throws Error when the gateway differs from what it was before the first case */
  refuseTraces(): Promise<void>;
}

/** A trial on a freshly booted laboratory, which its cases share. @param laboratory its name: 1 to 7 characters */
export function onLaboratory(
  name: string,
  laboratory: string,
  how: Pick<Trial, "cases"> & {
    readonly try: (one: Case, ground: Ground, count: Count) => Promise<void>;
  },
): Trial {
  return {
    name,
    on: "laboratory",
    cases: how.cases,
    async open(): Promise<Subject> {
      const bench = await openBench(laboratory);
      const before = await bench.lab.snapshot("gateway");
      const counts: Record<string, number> = {};
      const ground: Ground = {
        bench,
        async refuseTraces() {
          same("what is left on the gateway", (await tracesOf(bench, before)).join("\n"), "");
        },
      };
      return {
        async try(one) {
          await how.try(one, ground, (figure) => {
            counts[figure] = (counts[figure] ?? 0) + 1;
          });
          await ground.refuseTraces();
        },
        close: () => bench.close(),
        figures: () => counts,
      };
    },
  };
}

/** `ip` keeps namespaces in /run and leaves the mount to the next namespace. */
async function tracesOf({ lab }: Bench, before: Snapshot): Promise<string[]> {
  return compareSnapshots(before, await lab.snapshot("gateway")).filter(
    (difference) => difference !== "mount /run/netns: appeared (tmpfs)",
  );
}

/** The output of a command that has to succeed. */
export function succeeded({ status, output }: Run): string {
  if (status === 0) return output;
  throw new Error(`pulumi ended with status ${status}\n${output.slice(-4000)}`);
}

/** The output of a command that has to fail. */
export function failed({ status, output }: Run): string {
  if (status !== 0) return output;
  throw new Error(`pulumi succeeded\n${output.slice(-4000)}`);
}

/** @throws Error with the whole text where it does not say so */
export function says(text: string, ...parts: readonly (string | RegExp)[]): void {
  for (const part of parts)
    if (!(typeof part === "string" ? text.includes(part) : part.test(text)))
      throw new Error(`nothing says ${String(part)}:\n${text.slice(-4000)}`);
}

/** The resources that Pulumi remembers, the stack itself and its provider aside. */
export async function remembered(stack: Stack): Promise<number> {
  const state: unknown = JSON.parse(await stack.export());
  return (JSON.stringify(state).match(/"type":"pulumi-nodejs:dynamic\/tsproxy:HostState"/g) ?? []).length;
}
