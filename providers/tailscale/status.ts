import { printable } from "../engine/errors.ts";
import type { ProbeAnswer, ProbeAnswers } from "../engine/kinds/extension.ts";
import type { HostPath } from "../engine/kinds/names.ts";

/** What a tailscaled says of itself, each text as it may be shown. */
export interface NodeStatus {
  /** True unless the node needs a login, or was refused one. Says nothing of being online. */
  readonly loggedIn: boolean;
  /** The control server's own words when it has refused a login; empty: it has not. */
  readonly refusal: string;
  /** tailscaled's BackendState: `Running`, `NeedsLogin`, `NoState`, … */
  readonly state: string;
  readonly addresses: readonly string[];
  /** The node's own name in its tailnet, without the final dot. */
  readonly dnsName: string;
  /** MagicDNS suffix of the tailnet. */
  readonly suffix: string;
  readonly health: readonly string[];
}

/** What is asked for is a few kilobytes. */
const SIZE_MAX = 256 * 1024;
/** A node has two addresses, and seldom more than three complaints. */
const TEXTS_MAX = 20;

/** Reads what `tailscale status --json` prints, too; fields and their meaning: tailscale.com/ipn/ipnstate.Status. */
export function statusIn(json: string): NodeStatus | null {
  const status = parsed(json);
  if (status === null) return null;
  const state = text(status.BackendState);
  const self = record(status.Self);
  const health = texts(status.Health);
  const refusal = state === "Running" ? "" : refusalIn(health);
  const isOut = state === "NeedsLogin" || state === "NeedsMachineAuth" || refusal !== "";
  return {
    loggedIn: !isOut && status.HaveNodeKey === true,
    refusal,
    state,
    addresses: texts(status.TailscaleIPs),
    dnsName: text(self.DNSName).replace(/\.$/, ""),
    suffix: text(status.MagicDNSSuffix),
    health,
  };
}

/** Tailscale's errors of a login that has not come to the control server, or has found it busy. */
const NO_ANSWER = /^(?:(?:fetch|create) control key|getNoiseClient|register request|context |.*rate limited)/;

function refusalIn(health: readonly string[]): string {
  const errors = health.flatMap((line) => /The last login error was: (.+)$/.exec(line)?.[1] ?? []);
  return errors.find((error) => !NO_ANSWER.test(error)) ?? "";
}

/** What a component reads of the facts that its probe has brought; `unknown` and nothing where none came. */
export function nodeFactsIn(
  facts: Readonly<Record<string, unknown>> | undefined,
): Pick<NodeStatus, "state" | "addresses" | "dnsName"> {
  const { state, addresses, dnsName } = record(facts);
  return { state: text(state) || "unknown", addresses: texts(addresses), dnsName: text(dnsName) };
}

/** As the engine takes it. */
export function answerOf({ health, refusal: _, ...facts }: NodeStatus): ProbeAnswer {
  return { healthy: facts.loggedIn, facts, complaints: health.map((line) => `tailscale: ${line}`) };
}

/** Answers by socket. Lines with a leading blank are what a node said; the line after them names its socket. */
export function answersIn(lines: readonly string[]): ProbeAnswers {
  const answers: Record<HostPath, ProbeAnswer | null> = {};
  let said: string[] = [];
  for (const line of lines) {
    if (line.startsWith(" ")) said.push(line);
    if (!line.startsWith("@ /")) continue;
    const status = statusIn(said.join("\n"));
    answers[`/${line.slice(3)}`] = status === null ? null : answerOf(status);
    said = [];
  }
  return answers;
}

function parsed(json: string): Record<string, unknown> | null {
  if (json.length > SIZE_MAX) return null;
  try {
    return record(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function text(value: unknown): string {
  return typeof value === "string" ? printable(value) : "";
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value
        .filter((item) => typeof item === "string")
        .slice(0, TEXTS_MAX)
        .map(printable)
    : [];
}
