import { connect as dial, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { NodeSSH } from "node-ssh";
import { HostError, printable } from "../engine/errors.ts";
import type { SshConnection } from "./connection.ts";
import { methodsFor } from "./credentials.ts";
import { closedInLogin } from "./ended.ts";
import { algorithmsFor, fingerprintOf, lineOf, parseHostKey } from "./host-key.ts";

const CONNECT_TIMEOUT_MS = 10_000;
const KEEPALIVE_MS = 5_000;
/** Refused before the handshake (MaxStartups, a host that is booting): tried again, a few times. */
const TRIES_MAX = 4;

/** A host that was logged in to. */
export interface Link {
  readonly ssh: NodeSSH;
  /** The jump host on the way. */
  readonly jump: Link | null;
}

/**
 * Opens a connection: host key checked, then at most two ways to log in. A refused login is never
 * tried again.
 *
 * @throws HostError `unreachable`, `host-key`, `authentication`.
 */
export async function connect(connection: SshConnection): Promise<Link> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await once(connection);
    } catch (error) {
      if (
        !(error instanceof HostError) ||
        error.code !== "unreachable" ||
        !isPassing(error) ||
        attempt === TRIES_MAX
      )
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt + Math.random() * 500));
    }
  }
}

function isPassing(error: HostError): boolean {
  return /before handshake|ECONNRESET/.test(error.facts.because);
}

async function once(connection: SshConnection): Promise<Link> {
  const { host, user } = connection;
  const methods = methodsFor(connection);
  const expected = parseHostKey(connection.hostKey);
  let shown: Buffer | null = null;
  const ssh = new NodeSSH();
  const jump = connection.jump === undefined ? null : await connect(connection.jump);
  const sock = await streamTo(connection, jump).catch((error: unknown) => {
    jump?.ssh.dispose();
    throw error;
  });
  sock.once("close", () => jump?.ssh.dispose());
  try {
    await ssh.connect({
      host,
      username: user,
      // @types/ssh2 wants a net.Socket where ssh2 takes any duplex stream
      sock: sock as Socket,
      readyTimeout: CONNECT_TIMEOUT_MS,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: 3,
      algorithms: {
        serverHostKey: algorithmsFor(expected) as never,
        // programs and answers are text, a fifth of its size on the wire
        compress: ["zlib@openssh.com", "none"],
      },
      authHandler: [...methods],
      hostVerifier: (key: Buffer) => {
        shown = key;
        return expected?.bytes.equals(key) === true;
      },
    });
  } catch (error) {
    sock.destroy();
    throw explain(connection, error, shown);
  }
  // node-ssh takes its own listener away once the connection is ready; an error without one ends the process
  ssh.connection?.on("error", () => ssh.dispose());
  return { ssh, jump };
}

/**
 * A stream to the host's sshd, where there is a jump host through its connection. Without delay for small packets:
 * it saves a round trip at each step of the handshake.
 *
 * @param link with the jump host
 * @throws HostError `unreachable`
 */
export async function streamTo(
  { host, port, jump }: SshConnection,
  link: Link | null,
  limitMs: number = CONNECT_TIMEOUT_MS,
): Promise<Duplex> {
  const late = `no answer within ${limitMs / 1000} s`;
  if (link !== null) {
    const stream = link.ssh.forwardOut("127.0.0.1", 0, host, port);
    return inTime(stream, limitMs, late).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      throw unreachable(host, port, `through ${jump?.host}: ${printable(why)}`, error);
    });
  }
  const socket = dial({ host, port, noDelay: true });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(late), limitMs);
    const fail = (because: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(unreachable(host, port, because));
    };
    socket.once("error", (error) => fail(error.message));
    socket.once("connect", () => {
      clearTimeout(timer);
      socket.removeAllListeners("error");
      resolve(socket);
    });
  });
}

/** @throws Error with the message `late` when time is up */
export async function inTime<T>(work: Promise<T>, limitMs: number, late: string): Promise<T> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(late)), limitMs);
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

export function unreachable(host: string, port: number, because: string, cause?: unknown): HostError {
  return new HostError(
    "unreachable",
    {
      host,
      doing: `connect to port ${port}`,
      because,
      hint: "is the host on, the address right and sshd reachable from here?",
    },
    { cause },
  );
}

function explain(connection: SshConnection, error: unknown, shown: Buffer | null): HostError {
  if (error instanceof HostError) return error;
  const { host, port, user, hostKey } = connection;
  const message = error instanceof Error ? error.message : String(error);
  const known = parseHostKey(hostKey);
  if (shown !== null && known?.bytes.equals(shown) !== true) {
    const none =
      known === null
        ? "no host key was given to check it against"
        : `it is not the key that was given (${fingerprintOf(known.bytes)})`;
    return new HostError("host-key", {
      host,
      doing: "trust the host",
      because: hostKey.trim() !== "" && known === null ? "ssh.hostKey is not a host key" : none,
      evidence: [`the host shows:  ${lineOf(shown)}`, `fingerprint:     ${fingerprintOf(shown)}`],
      hint: "compare the fingerprint with the one on the host (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub); if they are the same, set ssh.hostKey to the line above",
    });
  }
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
      hint: `put the public key into ~${user}/.ssh/authorized_keys on the host, or correct ssh.user, ssh.privateKey, ssh.privateKeyFile`,
    });
  }
  // the host key was right: what follows is the login
  if (shown !== null && /No response from server|ECONNRESET/.test(message))
    return closedInLogin(connection, error);
  return unreachable(host, port, printable(message), error);
}
