import { printable } from "../engine/errors.ts";

/** What a tailscaled says of itself, each text as it may be shown. */
export interface NodeStatus {
  /** True unless the node needs a login, or was refused one. Says nothing of being online. */
  readonly loggedIn: boolean;
  /** The control server's own words when it has refused a login; empty: it has not. */
  readonly refusal: string;
  /** Why the last try to log in came to no answer; empty: it did, or there was none. */
  readonly unanswered: string;
  /** tailscaled's BackendState: `Running`, `NeedsLogin`, `NoState`, … */
  readonly state: string;
  /** Page on which a browser logs the node in; empty: none is known. */
  readonly loginPage: string;
  /** False: it is not connected to its control server. */
  readonly online: boolean;
  readonly addresses: readonly string[];
  /** The node's own name in its tailnet, without the final dot. */
  readonly dnsName: string;
  /** MagicDNS suffix of the tailnet. */
  readonly suffix: string;
  /** The public key by which the tailnet knows the node: `nodekey:…`. */
  readonly nodeKey: string;
  /** When its login ends or has ended, as in RFC 3339; empty: never. */
  readonly keyExpiry: string;
  readonly expired: boolean;
  /** By which the control server knows it: a number on headscale. */
  readonly id: string;
  /** How many of the routes that it advertises wait for approval. */
  readonly unapprovedRoutes: number;
  readonly health: readonly string[];
}

/**
 * What is kept of a node: {@link NodeStatus}, and `health`, what there is to say about it. Where routes wait for
 * approval, how many, and of which node.
 */
export type NodeFacts = Pick<NodeStatus, "state" | "addresses" | "dnsName" | "suffix" | "keyExpiry"> & {
  readonly health: string[];
} & Partial<Pick<NodeStatus, "id" | "unapprovedRoutes">>;

/** What a component reads of the facts that its probe has brought; `unknown` and nothing where none came. */
export function nodeFactsIn(facts: Readonly<Record<string, unknown>> | undefined): NodeFacts {
  const { state, addresses, dnsName, suffix, keyExpiry, health, id, unapprovedRoutes } = record(facts);
  return {
    state: text(state) || "unknown",
    addresses: texts(addresses),
    dnsName: text(dnsName),
    suffix: text(suffix),
    keyExpiry: text(keyExpiry),
    health: texts(health),
    ...(typeof unapprovedRoutes === "number" && { id: text(id), unapprovedRoutes }),
  };
}

/** What is asked for is a few kilobytes. */
const SIZE_MAX = 256 * 1024;
/** A node has two addresses, and seldom more than three complaints. */
const TEXTS_MAX = 20;

/**
 * Reads what `tailscale status --json` prints, too; fields and their meaning: tailscale.com/ipn/ipnstate.Status.
 *
 * @param metrics lines of `tailscale metrics`, of which those about routes are read.
 */
export function statusIn(json: string, metrics: readonly string[] = []): NodeStatus | null {
  const status = parsed(json);
  if (status === null) return null;
  const state = text(status.BackendState);
  const health = texts(status.Health);
  const errors = state === "Running" ? NO_ERRORS : loginErrorsIn(health);
  const self = selfIn(record(status.Self));
  const waits = state === "NeedsLogin" || state === "NeedsMachineAuth";
  const isOut = waits || self.expired || errors.refusal !== "";
  return {
    loggedIn: !isOut && status.HaveNodeKey === true,
    ...errors,
    state,
    loginPage: text(status.AuthURL),
    addresses: texts(status.TailscaleIPs),
    suffix: text(status.MagicDNSSuffix),
    unapprovedRoutes: unapprovedIn(metrics),
    health,
    ...self,
  };
}

type Self = Pick<NodeStatus, "id" | "online" | "dnsName" | "nodeKey" | "keyExpiry" | "expired">;

function selfIn(self: Readonly<Record<string, unknown>>): Self {
  const expiry = text(self.KeyExpiry);
  return {
    id: text(self.ID),
    online: self.Online !== false,
    dnsName: text(self.DNSName).replace(/\.$/, ""),
    nodeKey: text(self.PublicKey),
    // the zero of Go's time stands for none
    keyExpiry: expiry.startsWith("0001-") ? "" : expiry,
    expired: self.Expired === true,
  };
}

/** Tailscale's errors of a login that has not come to the control server, or has found it busy. */
const NO_ANSWER = /^(?:(?:fetch|create) control key|getNoiseClient|register request|context |.*rate limited)/;

type LoginErrors = Pick<NodeStatus, "refusal" | "unanswered">;

const NO_ERRORS: LoginErrors = { refusal: "", unanswered: "" };

function loginErrorsIn(health: readonly string[]): LoginErrors {
  const errors = health.flatMap((line) => /The last login error was: (.+)$/.exec(line)?.[1] ?? []);
  return {
    refusal: errors.find((error) => !NO_ANSWER.test(error)) ?? "",
    unanswered: errors.find((error) => NO_ANSWER.test(error)) ?? "",
  };
}

function unapprovedIn(metrics: readonly string[]): number {
  const count = (name: string) =>
    metrics.reduce((found, line) => Number(new RegExp(`^${name} (\\d+)$`).exec(line)?.[1] ?? found), 0);
  return Math.max(0, count("tailscaled_advertised_routes") - count("tailscaled_approved_routes"));
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
