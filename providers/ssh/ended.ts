import { HostError } from "../engine/errors.ts";
import type { Cut } from "./channel.ts";
import type { SshConnection } from "./connection.ts";

/**
 * Why a shell ended before its program did.
 *
 * @param hasAnswered whether it had done a program before
 */
export function ended({ host, user }: SshConnection, cut: Cut, hasAnswered: boolean): HostError {
  const { status, complaints, printed } = cut;
  if (!hasAnswered && complaints.some((line) => /^sudo:|\bsudo: .*not found/.test(line))) {
    return new HostError("not-root", {
      host,
      doing: `become root as ${user}`,
      because: "sudo wants a password, refuses or is not there",
      evidence: complaints.slice(-3),
      hint: `allow it without one: echo '${user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/tsproxy, or use the user root`,
    });
  }
  const noLogin = { host, doing: `log in as ${user}`, evidence: [...lastLinesOf(printed), ...complaints] };
  if (complaints.some((line) => /password has expired|password change required/i.test(line))) {
    return new HostError("authentication", {
      ...noLogin,
      because: "the password of the account has expired",
      hint: `on the host, set a new one (passwd ${user}), or let it not expire (chage -d $(date +%F) -M -1 ${user})`,
    });
  }
  if (status !== null && !hasAnswered && !/^= begin /m.test(printed)) {
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

/** Where sshd says nothing, and lets in nobody. */
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
