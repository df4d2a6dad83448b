import { readFileSync } from "node:fs";
import { type Footprint, linesOf } from "./footprint.ts";
import type { Order, Question } from "./host.ts";
import type { HostPath, Identity } from "./model.ts";
import { isInKernel, PHASES, phaseOf } from "./phases.ts";
import type { Step } from "./plan.ts";
import { questionOf } from "./requirements.ts";

const LOCK_WAIT_SECONDS = 30;

/** For a new connection to come through after a change of what the kernel holds; then the host undoes it. */
export const UNDO_AFTER_SECONDS = 60;

const part = (name: string) => readFileSync(new URL(`./program/${name}.sh`, import.meta.url), "utf8");
const [STEPS, LOOK, REQUIREMENTS] = [part("steps"), part("look"), part("requirements")];

/** A program that looks. `nonce` marks its beginning and end, so that half an answer is not taken for one. */
export function lookProgram(nonce: string, questions: readonly Question[]): string {
  const needs = questions
    .flatMap(({ requirements }) => requirements)
    .map((requirement, n) => ["need", String(n), ...questionOf(requirement)].map(quote).join(" "));
  // package lists are brought up to date by a function of the steps
  const parts = needs.length > 0 ? [LOOK, STEPS, REQUIREMENTS] : [LOOK];
  return inPlace(nonce, parts, ["await_undo", ...needs, lookLine(questions)]);
}

/** A program that takes the lock, does the steps of all orders phase by phase and looks. */
export function applyProgram(nonce: string, orders: readonly Order[]): string {
  const numbered = orders.map(({ identity, steps, held }, order) => ({
    order,
    identity,
    held,
    steps: steps.map((step, number) => ({ step, number, phase: phaseOf(steps, number) })),
  }));
  const chunks = PHASES.flatMap((phase) =>
    numbered
      .map((order) => ({ ...order, phase, steps: order.steps.filter((step) => step.phase === phase) }))
      .filter(({ steps }) => steps.length > 0),
  );
  const functions = chunks.flatMap(({ phase, order, identity, held, steps }) => [
    `order_${order}_${phase}() {`,
    held === undefined || steps[0]?.number !== 0 ? ":" : claimLine(identity, held),
    ...steps.map(({ step, number }) => `say step ${number}; ${lineOf(step, identity)} || return`),
    "}",
  ]);
  const starts = chunks.flatMap(({ steps }) =>
    steps.flatMap(({ step }) => (step.do === "start" ? step.units : [])),
  );
  const calls = PHASES.flatMap((phase) => {
    const ofPhase = chunks.filter((chunk) => chunk.phase === phase);
    const unitsBehind = (word: string, holds: (step: Step) => boolean) =>
      ofPhase.flatMap(({ order, steps }) =>
        steps.flatMap(({ step }) =>
          "units" in step && holds(step) ? [line(word, String(order), ...step.units)] : [],
        ),
      );
    const risks = unitsBehind("risk", isInKernel);
    const queue = unitsBehind("queue", ({ do: what }) => what === "start");
    return [
      ...(phase === "kernel" && starts.length > 0 ? [line("note_running", ...starts)] : []),
      ...risks,
      ...(risks.length > 0 ? [`arm ${nonce} ${UNDO_AFTER_SECONDS}`] : []),
      ...queue,
      ...(queue.length > 0 ? ["launch"] : []),
      ...ofPhase.map(({ order }) => `part ${order} order_${order}_${phase}`),
      ...(risks.length > 0 ? [`ask_way ${nonce}`] : []),
    ];
  });
  return inProcess(nonce, [
    `lock ${LOCK_WAIT_SECONDS} ${quote(holderOf(orders))} || { say end ${nonce}; exit 0; }`,
    "await_undo",
    ...functions,
    ...calls,
    "settle_way",
    "say order -",
    "tidy",
    lookLine(orders),
  ]);
}

function claimLine({ key }: Identity, held: string): string {
  return `${["claim", key, held].map(quote).join(" ")} || return`;
}

function holderOf(orders: readonly Order[]): string {
  const [first] = orders;
  const keys = orders.map(({ identity }) => identity.key).join(" ");
  return first === undefined ? "nobody" : `${first.identity.project}/${first.identity.stack} (${keys})`;
}

export function contentsProgram(nonce: string, paths: readonly HostPath[]): string {
  return inPlace(nonce, [LOOK], [`contents ${paths.map(quote).join(" ")}`]);
}

/** Stands alone on a line once nothing more of a program comes, however it ended. */
export function lastLineOf(nonce: string): string {
  return `= over ${nonce}`;
}

/** A program that leaves nothing in its shell but functions and variables, which the next one sets anew. */
function inPlace(nonce: string, parts: readonly string[], lines: readonly string[]): string {
  return whole(nonce, ["{", ...parts], [...lines, `say end ${nonce}`, "} </dev/null"]);
}

/**
 * A program with a process of its own: the lock it takes is free when it ends, however it ends. What is said to
 * it while it runs, it hears on descriptor 8.
 */
function inProcess(nonce: string, lines: readonly string[]): string {
  return whole(nonce, ["(", LOOK, STEPS], [...lines, `say end ${nonce}`, ") 8<&0 </dev/null"]);
}

/** In brackets, because a shell runs what has arrived: cut anywhere before the closing one, this runs nothing. */
function whole(nonce: string, opening: readonly string[], lines: readonly string[]): string {
  return [
    ...opening,
    "export LC_ALL=C",
    "umask 022",
    `say begin ${nonce}`,
    ...lines,
    `echo '${lastLineOf(nonce)}'`,
    "",
  ].join("\n");
}

/** Lines, because probes of several footprints may have the same name. */
function lookLine(asked: readonly { readonly footprint: Footprint }[]): string {
  const lines = new Set(asked.flatMap(({ footprint }) => linesOf(footprint)));
  return `look ${quote([...lines].join("\n"))}`;
}

function lineOf(step: Step, identity: Identity): string {
  return line(...wordsOf(step, identity));
}

function line(...words: readonly string[]): string {
  return words.map(quote).join(" ");
}

function wordsOf(step: Step, { key }: Identity): string[] {
  switch (step.do) {
    case "note":
      return ["manifest", step.key, step.text];
    case "forget":
      return ["forget", step.key];
    case "leave": {
      const { tailscale, socket, config, unit, deadlineSeconds, server = "" } = step.leave;
      return ["tailnet_logout", tailscale, socket, config, unit, String(deadlineSeconds), server];
    }
    case "install":
      return ["install_packages", step.keepOff.join(" "), ...step.packages];
    case "purge":
      return ["purge", key, ...step.packages];
    case "let-be":
      return ["let_be", key, ...step.units];
    case "download": {
      const { path, sha256, url, redirects, members } = step;
      return ["download", path, sha256, url, redirects.join(" "), ...Object.entries(members).flat()];
    }
    case "adopt":
    case "discard":
      return [step.do, step.path];
    case "unmake":
      return ["unmake", ...step.objects];
    case "wipe":
      return ["wipe", ...step.directories];
    case "write":
      return ["write", step.path, step.mode, step.found, step.content];
    case "remove":
      return ["remove", step.path, step.found];
    case "reload-systemd":
      return ["systemd_reload"];
    case "stop":
    case "disable":
    case "clean":
    case "enable":
    case "start":
    case "settle":
    case "reload":
    case "tell":
      return [step.do, ...step.units];
  }
}

/** One word of a POSIX shell, whatever it holds. */
export function quote(text: string): string {
  return /^[A-Za-z0-9/._:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
