import { printable } from "./errors.ts";

/** What a tailscaled says of itself, each text as it may be shown. */
export interface TailnetFacts {
  /** True unless the node needs a login. Says nothing of being online. */
  readonly loggedIn: boolean;
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
export function tailnetFactsOf(json: string): TailnetFacts | null {
  const status = parsed(json);
  if (status === null) return null;
  const state = text(status.BackendState);
  const self = record(status.Self);
  return {
    loggedIn: state !== "NeedsLogin" && state !== "NeedsMachineAuth" && status.HaveNodeKey === true,
    state,
    addresses: texts(status.TailscaleIPs),
    dnsName: text(self.DNSName).replace(/\.$/, ""),
    suffix: text(status.MagicDNSSuffix),
    health: texts(status.Health),
  };
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
