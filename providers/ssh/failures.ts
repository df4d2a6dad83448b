import { HostError, type HostErrorCode, printable } from "../engine/errors.ts";
import { messageOf } from "./client/error-details.ts";
import { CLOSED, Refused } from "./client/login.ts";
import type { SshConnection } from "./connection.ts";
import { fingerprintOf, lineOf, parseHostKey } from "./host-key.ts";
import { type FailedLogin, refusal } from "./refusal.ts";

/** Why there is no login. */
export interface Failure {
  readonly error: HostError;
  /** How often such an attempt is made at most: what passes by itself is tried again, a refused key never. */
  readonly triesMax: number;
}

/** What stays as it is for the life of the process: asking again would only lock us out. */
const LASTING: ReadonlySet<HostErrorCode> = new Set([
  "credentials",
  "host-key",
  "authentication",
  "not-root",
]);

export function isLasting(error: unknown): boolean {
  return error instanceof HostError && LASTING.has(error.code);
}

type Rule = (failed: FailedLogin, message: string) => Failure | null;

export function failureOf(failed: FailedLogin): Failure {
  const { cause } = failed;
  if (cause instanceof HostError) return { error: cause, triesMax: 1 };
  const message = messageOf(cause);
  for (const rule of RULES) {
    const failure = rule(failed, message);
    if (failure !== null) return failure;
  }
  return handshake(failed, printable(message), "what answers on that port has to be an sshd");
}

const untrusted: Rule = ({ connection, at, attempt: { shown } }) =>
  shown === null || parseHostKey(connection.hostKey)?.bytes.equals(shown) === true
    ? null
    : { error: wrongKey(connection, shown, at), triesMax: 1 };

const refused: Rule = (failed, message) =>
  failed.cause instanceof Refused || TOO_MANY.test(message)
    ? { error: refusal(failed, TOO_MANY.test(message)), triesMax: 1 }
    : null;

const TOO_MANY = /too many authentication/i;

/** By a host that is booting, or whose sshd has too many callers. */
const unheard: Rule = (failed, message) =>
  failed.attempt.shown === null && /before handshake|ECONNRESET|EPIPE/.test(message)
    ? handshake(
        failed,
        `turned away before a word was said (${printable(message)})`,
        "sshd may be starting, or have too many callers (MaxStartups in its sshd_config)",
        4,
      )
    : null;

const late: Rule = (failed, message) =>
  /Timed out while waiting/.test(message)
    ? handshake(
        failed,
        `no login within ${failed.limitMs / 1000} s`,
        `what answers there has to be an sshd; for one that takes its time, set ${failed.at}.loginTimeout`,
      )
    : null;

/** A host that ends a login of its own will says nothing; a network that fails says how. */
const closed: Rule = ({ connection, attempt, cause }, message) =>
  attempt.offered.length > 0 && message === CLOSED
    ? { error: closedInLogin(connection, cause), triesMax: 1 }
    : null;

/** Twice only: the host may count a key each time. */
const broken: Rule = (failed, message) =>
  failed.attempt.shown === null
    ? null
    : handshake(
        failed,
        `the connection broke in the middle of the login (${printable(message)})`,
        "run the same command again; the host was not touched",
        2,
      );

const RULES: readonly Rule[] = [untrusted, refused, unheard, late, closed, broken];

function handshake(
  { connection: { host, port }, cause }: FailedLogin,
  because: string,
  hint: string,
  triesMax = 1,
): Failure {
  const facts = { host, doing: `connect to port ${port}`, because, hint };
  return { error: new HostError("handshake", facts, { cause }), triesMax };
}

function wrongKey({ host, hostKey }: SshConnection, shown: Buffer, at: string): HostError {
  const known = parseHostKey(hostKey);
  const because =
    known !== null
      ? `it is not the key that was given (${fingerprintOf(known.bytes)})`
      : hostKey.trim() !== ""
        ? `${at}.hostKey is not a host key`
        : "no host key was given to check it against";
  return new HostError("host-key", {
    host,
    doing: "trust the host",
    because,
    evidence: [`the host shows:  ${lineOf(shown)}`, `fingerprint:     ${fingerprintOf(shown)}`],
    hint: `compare the fingerprint with the one on the host (ssh-keygen -lf ${fileOf(shown)}); if they are the same, set ${at}.hostKey to the line above`,
  });
}

/** Where a host has the key by default. */
function fileOf(key: Buffer): string {
  const [type = "ed25519"] = /ed25519|ecdsa|rsa/.exec(lineOf(key)) ?? [];
  return `/etc/ssh/ssh_host_${type}_key.pub`;
}

/** A login that sshd ends without a word. */
export function closedInLogin({ host, user }: SshConnection, cause: unknown): HostError {
  return new HostError(
    "authentication",
    {
      host,
      doing: `log in as ${user}`,
      because: "the host closed the connection in the middle of the login",
      hint: `the account may be locked, expired or not let in: on the host, see what sshd says (journalctl -u ssh) and \`chage -l ${user}\``,
    },
    { cause },
  );
}
