import { HostError } from "../engine/errors.ts";
import type { Cut } from "./channel.ts";
import { messageOf } from "./client/error-details.ts";
import { CLOSED } from "./client/login.ts";
import type { SshConnection } from "./connection.ts";
import { closedInLogin } from "./failures.ts";

/**
 * Why a shell ended before its program did.
 *
 * @param hasAnswered whether it had done a program before
 */
export function ended(connection: SshConnection, cut: Cut, hasAnswered: boolean): HostError {
  const { status, complaints, printed, excess } = cut;
  if (excess !== null) return endless(connection, cut, excess);
  const hasBegun = hasAnswered || /^= begin /m.test(printed);
  const refusal = hasBegun ? null : noShell(connection, cut);
  if (refusal !== null) return refusal;
  const because = status === null ? "the connection was cut" : `the shell ended with status ${status}`;
  return lost(connection.host, because, null, complaints);
}

function endless({ host }: SshConnection, { complaints }: Cut, excess: string): HostError {
  return new HostError("connection-lost", {
    host,
    doing: "finish a program",
    because: `${excess}, so we hung up`,
    evidence: complaints,
    hint: "no host in order does that: look at what runs there before you go on; a program that hangs shows in its process list",
  });
}

/** The host let in and gave no root shell. */
function noShell({ host, user }: SshConnection, { status, complaints, printed }: Cut): HostError | null {
  if (status !== null && complaints.some((line) => /^sudo:|\bsudo: .*not found/.test(line)))
    return new HostError("not-root", {
      host,
      doing: `become root as ${user}`,
      because: "sudo wants a password, refuses or is not there",
      evidence: complaints.slice(-3),
      hint: `allow it without one: echo '${user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/tsproxy, or use the user root`,
    });
  const facts = { host, doing: `log in as ${user}`, evidence: [...lastLinesOf(printed), ...complaints] };
  if (complaints.some((line) => /password has expired|password change required/i.test(line)))
    return new HostError("authentication", {
      ...facts,
      because: "the password of the account has expired",
      hint: `on the host, set a new one (passwd ${user}), or let it not expire (chage -d $(date +%F) -M -1 ${user})`,
    });
  if (status === null) return null;
  return new HostError("authentication", {
    ...facts,
    because: `the login gives no shell: it ended with status ${status}`,
    hint: `let ${user} run commands: see the shell in /etc/passwd, ForceCommand in sshd_config, command= in authorized_keys`,
  });
}

/** By the network, or by an sshd that ends a login without reading on. */
export function isReset(error: unknown): boolean {
  return /ECONNRESET|EPIPE/.test(messageOf(error));
}

/** Why there is no channel on a connection. */
export function noChannel(connection: SshConnection, error: unknown): HostError {
  const { host, user } = connection;
  const why = messageOf(error);
  if (why === CLOSED || isReset(error)) return closedInLogin(connection, error);
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
