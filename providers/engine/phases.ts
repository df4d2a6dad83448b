import type { Step } from "./plan.ts";

/**
 * One program does the orders of several resources phase by phase: all files, then one reload of systemd,
 * then what the kernel holds, then all other starts at once, then the rest. Within an order the steps keep their order.
 */
export const PHASES = ["prepare", "reload", "kernel", "start", "finish"] as const;

export type Phase = (typeof PHASES)[number];

const FIRST_PHASE: Readonly<Record<Step["do"], Phase>> = {
  note: "prepare",
  adopt: "prepare",
  leave: "prepare",
  stop: "prepare",
  disable: "prepare",
  clean: "prepare",
  unmake: "prepare",
  wipe: "prepare",
  install: "prepare",
  download: "prepare",
  write: "prepare",
  remove: "prepare",
  discard: "prepare",
  enable: "prepare",
  "reload-systemd": "reload",
  start: "start",
  settle: "finish",
  reload: "finish",
  tell: "finish",
  purge: "finish",
  "let-be": "finish",
  forget: "finish",
};

/** The phase of the step at `index`: that of its kind, or a later one that the order has come to before it. */
export function phaseOf(steps: readonly Step[], index: number): Phase {
  const reached = steps.slice(0, index + 1).map((step) => PHASES.indexOf(firstPhase(step)));
  return PHASES[Math.max(...reached)] ?? "finish";
}

function firstPhase(step: Step): Phase {
  return isInKernel(step) ? "kernel" : FIRST_PHASE[step.do];
}

/** A step that may cut the way to the host. */
export function isInKernel(step: Step): step is Extract<Step, { do: "start" | "reload" }> {
  return (step.do === "start" || step.do === "reload") && step.inKernel === true;
}
