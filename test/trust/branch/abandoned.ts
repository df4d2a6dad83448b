import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Order } from "../../../providers/engine/host.ts";
import type { Step } from "../../../providers/engine/plan/step.ts";
import { OWNS_NOTHING } from "../../../providers/engine/state/owned.ts";
import { applyProgram, lastLineOf } from "../../../providers/engine/wire/script.ts";
import { Sandbox } from "../../fake/sandbox.ts";
import { until } from "../../lab/waiting.ts";
import type { Case, Trial } from "../contract.ts";
import { inMemory } from "../in-memory.ts";

const NONCE = "0123456789abcdef";
/** How the side that asked for a change behaves when the host asks whether it can be reached; and where it is left alone. */
const ANSWERS = [
  { says: `: connected ${NONCE}\n`, isRight: true },
  { says: ": connected fedcba9876543210\n", isRight: false },
  { says: "true\n", isRight: false },
  { says: "\n", isRight: false },
] as const;
/** The connection is cut after each of so many lines, which is more than a program prints. */
const LINES = 40;

/** Each answer, and a cut after each line; the rest at random. */
export const POSITIONS = ANSWERS.length + LINES;

/** Changes a program before it is run. */
export type Rewrite = (program: string) => string;

/** Runs the real program on a real shell, and leaves it alone somewhere. */
export function abandonedTrial(
  name: string,
  cases: Trial["cases"],
  rewrite: Rewrite = (text) => text,
): Trial {
  return inMemory(name, {
    on: "machine",
    cases,
    async try(one, count) {
      const sandbox = new Sandbox();
      try {
        await leaveAlone(one, sandbox, rewrite(applyProgram(NONCE, ordersOf(one))));
        count("programs left alone");
      } finally {
        sandbox.remove();
      }
    },
  });
}

const KERNEL: readonly [Step, ...Step[]] = [
  { do: "start", units: ["k1.service"], inKernel: true },
  { do: "reload", units: ["k2.service"], inKernel: true },
];

function ordersOf(one: Case): Order[] {
  const order = (key: string, steps: readonly Step[]): Order => ({
    identity: { project: "trust", stack: "trial", key, sweeps: false },
    owned: OWNS_NOTHING,
    steps,
  });
  const rest: readonly Step[] = [
    { do: "start", units: ["a.service"] },
    { do: "note", key: "one", text: "tsproxy 1 p s n\n" },
  ];
  const write: Step = { do: "write", path: "/etc/other", mode: "0644", content: "x", found: "absent" };
  return [
    order("one", [{ do: "reload-systemd" }, ...KERNEL, ...rest]),
    ...(one.below(2) === 1 ? [order("other", [write, one.pick(KERNEL)])] : []),
  ];
}

async function leaveAlone(one: Case, sandbox: Sandbox, program: string): Promise<void> {
  const shell = sandbox.start();
  const ended = new Promise((resolve) => shell.once("close", resolve));
  const number = one.number < POSITIONS ? one.number : one.below(POSITIONS);
  const answer = ANSWERS[number];
  const cutAfter = answer === undefined ? number - ANSWERS.length : Number.POSITIVE_INFINITY;
  const hangUp = () => {
    shell.stdin.end();
    shell.stdout.destroy();
  };
  let lines = 0;
  let wasAsked = false;
  let rest = "";
  shell.stdin.on("error", () => undefined);
  shell.stdout.on("data", (chunk: Buffer) => {
    const whole = `${rest}${chunk.toString()}`.split("\n");
    rest = whole.pop() ?? "";
    for (const line of whole) {
      // after that it would say nothing for a minute
      if (lines++ >= cutAfter || (answer === undefined && line === "= doing wait for a new connection"))
        return hangUp();
      if (line === `= connect ${NONCE}`) {
        wasAsked = true;
        shell.stdin.write(answer?.says ?? "");
      }
      if (line === lastLineOf(NONCE)) shell.stdin.end();
    }
  });
  shell.stdin.write(program);
  if (cutAfter === 0) hangUp();
  await ended;
  await judge(sandbox, wasAsked && answer?.isRight === true);
}

async function judge(sandbox: Sandbox, isKept: boolean): Promise<void> {
  const asked = () => {
    const log = sandbox.path("/run/systemctl");
    return existsSync(log) ? readFileSync(log, "utf8").split("\n") : [];
  };
  const transient = sandbox.path("/run/systemd/transient");
  const isArmed = () => existsSync(transient) && readdirSync(transient).length > 0;
  const isUndone = () => asked().includes(`start tsproxy_undo-${NONCE}.service`);
  const changed = asked().findIndex((line) => /^(?:(?:re)?start|reload) k\d\.service/.test(line));
  const armed = asked().findIndex((line) => line.startsWith("systemd-run "));
  if (changed < 0) return;
  if (armed < 0 || armed > changed)
    throw new Error(`changed before an undo was armed:\n${asked().join("\n")}`);
  if (isKept) {
    if (isArmed() || isUndone())
      throw new Error(`undone although a new connection was made:\n${asked().join("\n")}`);
    return;
  }
  // a program that was killed before it asked leaves the undo to systemd
  const decided = async () => isUndone() || isArmed();
  await until("the undo", decided, 2_000, asked().join("\n"));
}
