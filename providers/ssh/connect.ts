import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import type { ConnectConfig } from "ssh2";
import { streamTo } from "./client/dial.ts";
import { type Attempt, Login, newAttempt } from "./client/login.ts";
import type { SshConnection } from "./connection.ts";
import { type Failure, failureOf } from "./failures.ts";
import { algorithmsFor, parseHostKey } from "./host-key.ts";
import { credentialsFor } from "./keys/credentials.ts";
import type { Found } from "./keys/found.ts";

const LOGIN_TIMEOUT_S = 10;
const KEEPALIVE_MS = 5_000;

/** Milliseconds for each part of a login. */
export function limitOf({ loginTimeout = LOGIN_TIMEOUT_S }: SshConnection): number {
  return loginTimeout * 1_000;
}

/** @param at the user's name for `connection` */
export type Connect = (connection: SshConnection, at: string) => Promise<Login>;

/**
 * Opens a connection: keys read, host key checked, then what there is to log in with, one after the other. A refused
 * login is never tried again.
 *
 * @param at the user's name for `connection`
 * @param toJump how a jump host is connected to
 * @throws HostError `unreachable`, `offline`, `handshake`, `credentials`, `host-key`, `authentication`.
 */
export async function connect(
  connection: SshConnection,
  at = "ssh",
  toJump: Connect = connect,
): Promise<Login> {
  const keys = await credentialsFor(connection, at);
  for (let attempt = 1; ; attempt++) {
    const result = await logIn(connection, at, keys, toJump);
    if (result instanceof Login) return result;
    if (attempt >= result.triesMax) throw result.error;
    await delay(500 * 2 ** attempt + Math.random() * 500);
  }
}

/** One try, with keys that were read before. */
export async function logIn(
  connection: SshConnection,
  at: string,
  keys: Found,
  toJump: Connect,
): Promise<Login | Failure> {
  const limitMs = limitOf(connection);
  const attempt = newAttempt();
  try {
    const jump = connection.jump === undefined ? null : await toJump(connection.jump, `${at}.jump`);
    const sock = await streamTo(connection, jump, limitMs);
    const config = configOf(connection, sock, limitMs, attempt);
    return await Login.over(config, keys.offers, attempt);
  } catch (cause) {
    return failureOf({ connection, at, keys, attempt, limitMs, cause });
  }
}

function configOf(connection: SshConnection, sock: Duplex, limitMs: number, attempt: Attempt): ConnectConfig {
  // a channel of the jump host stays half open when the host hangs up, and the connection through it never learns that
  sock.once("end", () => sock.destroy());
  const expected = parseHostKey(connection.hostKey);
  return {
    username: connection.user,
    // @types/ssh2 wants a net.Socket where ssh2 takes any duplex stream
    sock: sock as Socket,
    readyTimeout: limitMs,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: 3,
    algorithms: {
      serverHostKey: algorithmsFor(expected) as never,
      // programs and answers are text, a fifth of its size on the wire
      compress: ["zlib@openssh.com", "none"],
    },
    hostVerifier: (key: Buffer) => {
      attempt.shown = key;
      return expected?.bytes.equals(key) === true;
    },
  };
}
