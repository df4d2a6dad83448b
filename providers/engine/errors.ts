/**
 * Why a host could not be looked at or changed.
 *
 * - `unreachable`, `host-key`, `authentication`, `not-root`: nothing was touched.
 * - `requirements`, `foreign`, `locked`: nothing was changed.
 * - `connection-lost`: anything may have been done; the next run finds out.
 * - `cut-off`: the change cut the way to the host, which undoes that by itself; the rest may have been done.
 * - `step-failed`, `not-converging`: the steps in `done` stay done.
 * - `state-format`: the state, or the manifest on the host, was written by a newer release; nothing was changed.
 */
export type HostErrorCode =
  | "unreachable"
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
    ...evidence.map((line) => `  | ${printable(line)}`),
    ...(done.length > 0 ? [printable(`  done: ${done.join(", ")}`)] : []),
    ...(left.length > 0 ? [printable(`  left: ${left.join(", ")}`)] : []),
    ...(hint === undefined ? [] : [`  hint: ${hint}`]),
  ].join("\n");
}

/** A host key of 4096 bits is pasted from such a line, so it must be whole. */
const LINE_MAX = 1000;

/** What a host printed, without what could steer a terminal, and not longer than a paragraph. */
export function printable(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is removed
  const clean = line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "?").replaceAll("\t", " ");
  return clean.length > LINE_MAX ? `${clean.slice(0, LINE_MAX)}…` : clean;
}
