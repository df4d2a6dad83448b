import { HostError, printable } from "../errors.ts";
import type { Order } from "../host.ts";
import { isInKernel } from "../plan/step.ts";
import { UNDO_AFTER_SECONDS } from "./script.ts";
import type { Shell } from "./shell.ts";

/** Watches whether a host can still be reached while a program may cut the connection to it. */
export interface ReachabilityCheck {
  /** Takes each line of the answer; promises what to say where the host asks for a new connection. */
  onLine(line: string): Promise<string> | undefined;
  /** Why a program failed; that a change cut the connection, if the connection broke before a new one was made. */
  reasonOf(error: unknown): Promise<unknown>;
}

/**
 * A connection that is open proves nothing, since firewalls and routes treat it otherwise than a new one: the host
 * is told to keep the change only once a new one was made.
 */
export function confirmReachable(
  shell: Shell,
  nonce: string,
  orders: readonly Order[],
  now = Date.now,
): ReachabilityCheck {
  const units = unitsAtRisk(orders);
  let armedAt: number | null = null;
  let greeting: Promise<void> | null = null;
  let isKept = false;
  const undoneWithin = () =>
    Math.max(0, UNDO_AFTER_SECONDS - Math.floor((now() - (armedAt ?? now())) / 1000));
  const greet = () => {
    greeting ??= shell.greet();
    return greeting;
  };
  const cut = (because: string, cause: unknown) => cutOff(shell.name, units, undoneWithin(), because, cause);
  return {
    onLine(line) {
      if (line === `= armed ${nonce}`) armedAt ??= now();
      if (line !== `= connect ${nonce}` || greeting !== null) return undefined;
      return greet().then(
        () => {
          isKept = true;
          return `: connected ${nonce}\n`;
        },
        (error: unknown) => {
          throw cut(notReached(error), error);
        },
      );
    },
    async reasonOf(error) {
      if (armedAt === null || isKept || !(error instanceof HostError) || error.code !== "connection-lost")
        return error;
      return greet().then(
        () => cut("the connection broke with this change, and a new one could be made only then", error),
        (why: unknown) => cut(notReached(why), why),
      );
    },
  };
}

/** What changes in the kernel when these are done. */
function unitsAtRisk(orders: readonly Order[]): string[] {
  const steps = orders.flatMap((order) => order.steps.filter(isInKernel));
  return [...new Set(steps.flatMap(({ units }) => units))].sort();
}

function notReached(error: unknown): string {
  const why = error instanceof HostError ? error.facts.because : String(error);
  return `this cut the way to the host: no new connection could be made (${printable(why)})`;
}

/** @param seconds until the host has undone it at the latest */
export function cutOff(
  host: string,
  units: readonly string[],
  seconds: number,
  because: string,
  cause?: unknown,
): HostError {
  const names = units.join(" ");
  return new HostError(
    "cut-off",
    {
      host,
      doing: `keep ${names}`,
      because,
      evidence: [`the host undoes it by itself within ${seconds} s: it stops and disables ${names}`],
      hint: "find the address, route or rule of these that covers the way from here, correct it, and run `pulumi up --refresh`",
    },
    { cause },
  );
}
