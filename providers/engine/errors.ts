/**
 * Why a host could not be looked at or changed.
 *
 * - `unreachable`: nothing answered at the address. The only one that may mean that a host is gone.
 * - `offline`: this machine has no way to any host; `handshake`: something answered, and it came to no login;
 *   `credentials`: what is there to log in with cannot be used. Nothing was touched.
 * - `host-key`, `authentication`, `not-root`: nothing was touched.
 * - `requirements`, `foreign`, `locked`: nothing was changed.
 * - `connection-lost`: anything may have been done; the next run finds out.
 * - `cut-off`: the change cut the way to the host, which undoes that by itself; the rest may have been done.
 * - `step-failed`, `not-converging`: the steps in `done` stay done.
 * - `state-format`: the state, or the manifest on the host, was written by a newer release; nothing was changed.
 */
export type HostErrorCode =
  | "unreachable"
  | "offline"
  | "handshake"
  | "credentials"
  | "host-key"
  | "authentication"
  | "not-root"
  | "requirements"
  | "foreign"
  | "locked"
  | "connection-lost"
  | "cut-off"
  | "step-failed"
  | "not-converging"
  | "state-format";

/** Failures after which the host is as it was before. */
export const UNTOUCHED: ReadonlySet<HostErrorCode> = new Set([
  "unreachable",
  "offline",
  "handshake",
  "credentials",
  "host-key",
  "authentication",
  "not-root",
  "requirements",
  "foreign",
  "locked",
  "state-format",
]);

export interface HostErrorFacts {
  /** Address of the host, as the user wrote it. */
  readonly host: string;
  /** What was being done, as a verb and its object: `start tsproxy-work-dns.service`. */
  readonly doing: string;
  readonly because: string;
  /** What the host printed about it. */
  readonly evidence?: readonly string[];
  readonly done?: readonly string[];
  readonly left?: readonly string[];
  /** One thing to do about it, only where it is certain. */
  readonly hint?: string;
}

/** The only error this library throws about a host. Its message is complete: Pulumi shows nothing else. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: HostErrorCode;
  readonly facts: HostErrorFacts;

  constructor(code: HostErrorCode, facts: HostErrorFacts, options?: ErrorOptions) {
    super(textOf(code, facts), options);
    this.code = code;
    this.facts = facts;
  }
}

function textOf(
  code: HostErrorCode,
  { host, doing, because, evidence = [], done = [], left = [], hint }: HostErrorFacts,
): string {
  return [
    printable(`${host}: cannot ${doing}: ${because} [${code}]`),
    ...evidence.slice(0, EVIDENCE_MAX).map((line) => `  | ${printable(line)}`),
    ...(evidence.length > EVIDENCE_MAX ? [`  | and ${evidence.length - EVIDENCE_MAX} more lines`] : []),
    ...(done.length > 0 ? [printable(`  done: ${done.join(", ")}`)] : []),
    ...(left.length > 0 ? [printable(`  left: ${left.join(", ")}`)] : []),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ].join("\n");
}

/** A host key of 4096 bits is pasted from such a line, so it must be whole. */
const LINE_MAX = 1000;
/** A step that fails says a dozen lines of each of its units. */
const EVIDENCE_MAX = 100;

/**
 * What a host printed as one line without what could steer a terminal: control characters, those that turn the
 * direction of writing or cannot be seen, halves of characters. Not longer than a paragraph.
 */
export function printable(line: string): string {
  const short = line.length > LINE_MAX ? `${line.slice(0, LINE_MAX)}…` : line;
  return short.replaceAll("\t", " ").replace(UNPRINTABLE, "?");
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** As {@link printable}, for the text of a whole file: nothing is cut off, and each line stays one. */
export function legible(text: string): string {
  return text.replace(UNPRINTABLE, (character) => (/[\n\t]/.test(character) ? character : "\ufffd"));
}
