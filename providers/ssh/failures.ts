import { HostError, printable } from "../engine/errors.ts";
import type { Cut } from "./channel.ts";
import type { SshConnection } from "./connection.ts";
import { fingerprintOf, lineOf, parseHostKey } from "./host-key.ts";

const CHECK = "is the host on, the address right and sshd reachable from here?";

export function unreachable(
  host: string,
  port: number,
  because: string,
  cause?: unknown,
  hint: string = CHECK,
): HostError {
  return new HostError("unreachable", { host, doing: `connect to port ${port}`, because, hint }, { cause });
}

/** Turned away before a word was said: by a host that is booting, or whose sshd has too many callers. */
export function isUnheard(cause: unknown): boolean {
  return /before handshake|ECONNRESET/.test(messageOf(cause));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Why there is no connection.
 *
 * @param shown the host's key, once it has shown it
 * @param at the user's name for `connection`
 */
export function explain(
  connection: SshConnection,
  error: unknown,
  shown: Buffer | null,
  at: string,
): HostError {
  if (error instanceof HostError) return error;
  const { host, port, user, hostKey } = connection;
  const message = messageOf(error);
  const known = parseHostKey(hostKey);
  if (shown !== null && known?.bytes.equals(shown) !== true) return wrongKey(connection, shown, at);
  if (
    /authentication methods failed|too many authentication|Cannot parse privateKey|Encrypted.*key|passphrase/i.test(
      message,
    )
  ) {
    return new HostError("authentication", {
      host,
      doing: `log in as ${user}`,
      because: /authentication methods failed|too many/i.test(message)
        ? "the host refused the key"
        : printable(message),
      hint: `put the public key into ~${user}/.ssh/authorized_keys on the host, or correct ${at}.user, ${at}.privateKey, ${at}.privateKeyFile`,
    });
  }
  // the host key was right: what follows is the login
  if (shown !== null && /No response from server|ECONNRESET/.test(message))
    return closedInLogin(connection, error);
  if (isUnheard(error)) {
    const hint = "sshd may be starting, or have too many callers (MaxStartups in its sshd_config)";
    return unreachable(host, port, `turned away before a word was said (${printable(message)})`, error, hint);
  }
  const because = /Timed out while waiting/.test(message) ? "no login within 10 s" : printable(message);
  return unreachable(host, port, because, error);
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

/**
 * Why a shell ended before its program did.
 *
 * @param hasAnswered whether it had done a program before
 */
export function ended({ host, user }: SshConnection, cut: Cut, hasAnswered: boolean): HostError {
  const { status, complaints, printed, excess } = cut;
  if (excess !== null) {
    return new HostError("connection-lost", {
      host,
      doing: "finish a program",
      because: `${excess}, so we hung up`,
      evidence: complaints,
      hint: "no host in order does that: look at what runs there before you go on; a program that hangs shows in its process list",
    });
  }
  const hasBegun = hasAnswered || /^= begin /m.test(printed);
  if (!hasBegun && status !== null && complaints.some((line) => /^sudo:|\bsudo: .*not found/.test(line))) {
    return new HostError("not-root", {
      host,
      doing: `become root as ${user}`,
      because: "sudo wants a password, refuses or is not there",
      evidence: complaints.slice(-3),
      hint: `allow it without one: echo '${user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/tsproxy, or use the user root`,
    });
  }
  const noLogin = { host, doing: `log in as ${user}`, evidence: [...lastLinesOf(printed), ...complaints] };
  if (!hasBegun && complaints.some((line) => /password has expired|password change required/i.test(line))) {
    return new HostError("authentication", {
      ...noLogin,
      because: "the password of the account has expired",
      hint: `on the host, set a new one (passwd ${user}), or let it not expire (chage -d $(date +%F) -M -1 ${user})`,
    });
  }
  if (!hasBegun && status !== null) {
    return new HostError("authentication", {
      ...noLogin,
      because: `the login gives no shell: it ended with status ${status}`,
      hint: `let ${user} run commands: see the shell in /etc/passwd, ForceCommand in sshd_config, command= in authorized_keys`,
    });
  }
  const because = status === null ? "the connection was cut" : `the shell ended with status ${status}`;
  return lost(host, because, null, complaints);
}

/** Why there is no channel on a connection. */
export function noChannel(connection: SshConnection, error: unknown): HostError {
  const { host, user } = connection;
  const why = error instanceof Error ? error.message : String(error);
  if (/No response from server/.test(why)) return closedInLogin(connection, error);
  if (!/Channel open failure/.test(why)) return lost(host, `no channel could be opened (${why})`, error);
  return new HostError(
    "authentication",
    {
      host,
      doing: `open a shell as ${user}`,
      because: "sshd lets the key in and opens no session",
      evidence: [why],
      hint: "set MaxSessions in the host's sshd_config to 1 or more",
    },
    { cause: error },
  );
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

function lost(host: string, because: string, cause: unknown, evidence: readonly string[] = []): HostError {
  const hint = "run the same command again; it finds out what was done";
  const facts = { host, doing: "finish a program", because, evidence: evidence.slice(-5), hint };
  return new HostError("connection-lost", facts, { cause });
}

function lastLinesOf(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .slice(-3);
}
