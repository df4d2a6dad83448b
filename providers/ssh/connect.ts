import { connect as dial, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { NodeSSH } from "node-ssh";
import type { Channel } from "ssh2";
import { HostError, printable } from "../engine/errors.ts";
import type { SshConnection } from "./connection.ts";
import { type Method, methodsFor } from "./credentials.ts";
import { explain, isUnheard, unreachable } from "./failures.ts";
import { algorithmsFor, parseHostKey } from "./host-key.ts";

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
 * @param at the user's name for `connection`
 * @throws HostError `unreachable`, `host-key`, `authentication`.
 */
export async function connect(connection: SshConnection, at = "ssh"): Promise<Link> {
  const methods = methodsFor(connection);
  const jump = connection.jump === undefined ? null : await connect(connection.jump, `${at}.jump`);
  const leave = () => jump?.ssh.dispose();
  for (let attempt = 1; ; attempt++) {
    try {
      const ssh = await once(connection, methods, jump, at);
      ssh.connection?.once("close", leave);
      return { ssh, jump };
    } catch (error) {
      if (!isPassing(error) || attempt === TRIES_MAX) {
        leave();
        throw error;
      }
      await delay(500 * 2 ** attempt + Math.random() * 500);
    }
  }
}

function isPassing(error: unknown): boolean {
  return error instanceof HostError && error.code === "unreachable" && isUnheard(error.cause);
}

async function once(
  connection: SshConnection,
  methods: readonly Method[],
  jump: Link | null,
  at: string,
): Promise<NodeSSH> {
  const { host, user } = connection;
  const expected = parseHostKey(connection.hostKey);
  let shown: Buffer | null = null;
  const ssh = new NodeSSH();
  const sock = await streamTo(connection, jump);
  // a channel of the jump host stays half open when the host hangs up, and the connection through it never learns that
  sock.once("end", () => sock.destroy());
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
    throw explain(connection, error, shown, at);
  }
  // node-ssh takes its own listener away once the connection is ready; an error without one ends the process
  ssh.connection?.on("error", () => ssh.dispose());
  return ssh;
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
    return inTime(forwarded(link.ssh, host, port), limitMs, late).catch((error: unknown) => {
      const why = error instanceof Error ? error.message : String(error);
      const hint = "the jump host has to reach that port itself, and to allow it (AllowTcpForwarding)";
      throw unreachable(host, port, `through ${jump?.host}: ${printable(why)}`, error, hint);
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

async function forwarded(ssh: NodeSSH, host: string, port: number): Promise<Channel> {
  const channel = await ssh.forwardOut("127.0.0.1", 0, host, port);
  // once its connection has ended, ssh2 throws where a channel says farewell, where no caller can catch it
  const fallSilent = () => {
    channel.eof = () => undefined;
    channel.close = () => undefined;
  };
  ssh.connection?.once("end", fallSilent);
  ssh.connection?.once("close", fallSilent);
  return channel;
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
