import type { Order, Question } from "../host.ts";
import { PHASES, type Phase } from "../kinds/kind.ts";
import type { HostPath, UnitName } from "../kinds/names.ts";
import { questionOf } from "../kinds/requirement.ts";
import { callOf, isInKernel, phaseOf, type Step } from "../plan/step.ts";
import { linesOf, type Owned } from "../state/owned.ts";
import { lookParts, requirementParts, stepParts } from "./parts.ts";

const LOCK_WAIT_SECONDS = 30;

/** For a new connection to come through after a change of what the kernel holds; then the host undoes it. */
export const UNDO_AFTER_SECONDS = 60;

/** A program that looks. `nonce` marks its beginning and end, so that half an answer is not taken for one. */
export function lookProgram(nonce: string, questions: readonly Question[]): string {
  const needs = questions
    .flatMap(({ requirements }) => requirements)
    .map((requirement, n) => line("need", String(n), ...questionOf(requirement)));
  const parts = needs.length > 0 ? requirementParts() : [];
  return inPlace(nonce, parts, ["await_undo", ...needs, lookLine(questions)]);
}

/** A program that looks at all that the manifests name, and then runs `call`, which `part` defines and which reads only. */
export function lookAtAllProgram(nonce: string, part: string, call: string): string {
  return inPlace(nonce, [part], ["await_undo", lookLine([]), call]);
}

/** A program that takes the lock, does the steps of all orders phase by phase and looks. */
export function applyProgram(nonce: string, orders: readonly Order[]): string {
  const chunks = PHASES.flatMap((phase) => orders.flatMap((order, number) => chunkOf(order, number, phase)));
  return inProcess(nonce, [
    `lock ${LOCK_WAIT_SECONDS} ${quote(holderOf(orders))} || { say end ${nonce}; exit 0; }`,
    "await_undo",
    ...chunks.flatMap(functionOf),
    ...PHASES.flatMap((phase) => callsOf(phase, chunks, nonce)),
    "await_confirmation",
    "say order -",
    "tidy",
    "flush",
    lookLine(orders),
  ]);
}

/** The steps of one order that are done in one phase. */
interface Chunk {
  readonly phase: Phase;
  readonly number: number;
  readonly order: Order;
  readonly steps: readonly { readonly step: Step; readonly index: number }[];
}

function chunkOf(order: Order, number: number, phase: Phase): Chunk[] {
  const steps = order.steps
    .map((step, index) => ({ step, index }))
    .filter(({ index }) => phaseOf(order.steps, index) === phase);
  return steps.length > 0 ? [{ phase, number, order, steps }] : [];
}

function functionOf({ phase, number, order, steps }: Chunk): string[] {
  const { key } = order.identity;
  return [
    `order_${number}_${phase}() {`,
    ...(steps[0]?.index === 0 ? claimsOf(order) : [":"]),
    ...steps.map(({ step, index }) => `say step ${index}; ${line(...callOf(step, key))} || return`),
    "}",
  ];
}

function claimsOf({ identity: { key, project, stack }, heads = {}, alone = false }: Order): string[] {
  const calls = [
    ...Object.entries(heads).map(([other, head]) => ["claim", other, head]),
    ...(alone ? [["claim_alone", key, project, stack]] : []),
  ];
  return calls.length === 0 ? [":"] : calls.map((call) => `${line(...call)} || return`);
}

/** What is called in a phase: what may cut the connection is noted first, and all starts go at once. */
function callsOf(phase: Phase, chunks: readonly Chunk[], nonce: string): string[] {
  const ofPhase = chunks.filter((chunk) => chunk.phase === phase);
  const starts = chunks.flatMap(({ steps }) => steps.flatMap(({ step }) => startedBy(step)));
  const risks = unitLines("risk", ofPhase, (step) => (isInKernel(step) ? step.units : []));
  const queue = unitLines("queue", ofPhase, startedBy);
  return [
    ...(phase === "kernel" && starts.length > 0 ? [line("note_running", ...starts)] : []),
    ...risks,
    ...(risks.length > 0 ? [`arm ${nonce} ${UNDO_AFTER_SECONDS}`] : []),
    ...queue,
    ...(queue.length > 0 ? ["launch"] : []),
    ...ofPhase.map(({ number }) => `part ${number} order_${number}_${phase}`),
    ...(risks.length > 0 ? [`ask_to_connect ${nonce}`] : []),
  ];
}

function startedBy(step: Step): readonly UnitName[] {
  return step.do === "start" ? step.units : [];
}

function unitLines(
  word: string,
  chunks: readonly Chunk[],
  unitsOf: (step: Step) => readonly UnitName[],
): string[] {
  return chunks.flatMap(({ number, steps }) =>
    steps
      .map(({ step }) => unitsOf(step))
      .filter((units) => units.length > 0)
      .map((units) => line(word, String(number), ...units)),
  );
}

function holderOf(orders: readonly Order[]): string {
  const [first] = orders;
  const keys = orders.map(({ identity }) => identity.key).join(" ");
  return first === undefined
    ? "a program without orders"
    : `${first.identity.project}/${first.identity.stack} (${keys})`;
}

export function contentsProgram(nonce: string, paths: readonly HostPath[]): string {
  return inPlace(nonce, [], [`contents ${paths.map(quote).join(" ")}`]);
}

/** Stands alone on a line once nothing more of a program comes, however it ended. */
export function lastLineOf(nonce: string): string {
  return `= over ${nonce}`;
}

/** A program that leaves nothing in its shell but functions and variables, which the next one sets anew. */
function inPlace(nonce: string, parts: readonly string[], lines: readonly string[]): string {
  return whole(nonce, ["{", ...lookParts(), ...parts], [...lines, `say end ${nonce}`, "} </dev/null"]);
}

/**
 * A program with a process of its own: the lock it takes is free when it ends, however it ends. What the engine says to
 * it while it runs comes on descriptor 8.
 */
function inProcess(nonce: string, lines: readonly string[]): string {
  return whole(
    nonce,
    ["(", ...lookParts(), ...stepParts()],
    [...lines, `say end ${nonce}`, ") 8<&0 </dev/null"],
  );
}

/**
 * In brackets, because a shell runs what has arrived: cut anywhere before the closing one, this runs nothing. Its end is on
 * the line of that one: a shell reads a line before it runs it, and has read nothing else of what comes on its input, from
 * which the program takes an answer.
 */
function whole(nonce: string, opening: readonly string[], lines: readonly string[]): string {
  const program = [...opening, "export LC_ALL=C", "umask 022", `say begin ${nonce}`, ...lines].join("\n");
  return `${program}; echo '${lastLineOf(nonce)}'\n`;
}

/** As lines, because probes of several resources may have the same name. */
function lookLine(asked: readonly { readonly owned: Owned }[]): string {
  const lines = new Set(asked.flatMap(({ owned }) => linesOf(owned)));
  return `look ${quote([...lines].join("\n"))}`;
}

function line(...words: readonly string[]): string {
  return words.map(quote).join(" ");
}

/** One word of a POSIX shell, whatever it holds. */
export function quote(text: string): string {
  return /^[A-Za-z0-9/._:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
