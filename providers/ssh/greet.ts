import { setTimeout as delay } from "node:timers/promises";
import { HostError } from "../engine/errors.ts";
import { Login } from "./client/login.ts";
import { type Connect, logIn } from "./connect.ts";
import type { SshConnection } from "./connection.ts";
import { credentialsFor } from "./keys/credentials.ts";
import { type Found, NOTHING } from "./keys/found.ts";
import { withoutKey } from "./keys/offer.ts";

/** An sshd that has too many callers (MaxStartups) turns some away unheard. */
const TRIES_MAX = 3;
/** All tries have to come to an end within the minute after which the host undoes the change. */
const LIMIT_S = 8;
const PAUSE_MS = 1_000;

/**
 * Makes a new connection to a host along the way of one that is open, logs in and takes leave. A caller that hangs up
 * before its login stands in sshd's log as one that scans, and programs like fail2ban lock its address out.
 *
 * @param toJump how a jump host is connected to
 * @throws HostError `unreachable`, `offline`, `handshake` after 3 tries; `host-key` when another machine answers
 */
export async function greet(connection: SshConnection, toJump: Connect): Promise<void> {
  const keys = await keysFor(connection);
  for (let attempt = 1; ; attempt++) {
    const error = await greeted({ ...connection, loginTimeout: LIMIT_S }, keys, toJump);
    if (error === null) return;
    if (error.code === "host-key" || attempt === TRIES_MAX) throw error;
    await delay(PAUSE_MS);
  }
}

/** @returns why the host was not reached; `null` when it was, whatever it thinks of our keys */
async function greeted(connection: SshConnection, keys: Found, toJump: Connect): Promise<HostError | null> {
  const result = await logIn(connection, "ssh", keys, toJump);
  if (result instanceof Login) {
    void result.end();
    return null;
  }
  const { code } = result.error;
  return code === "authentication" || code === "credentials" ? null : result.error;
}

/** A key that is gone in the meantime is no reason to undo a change. */
async function keysFor(connection: SshConnection): Promise<Found> {
  try {
    return await credentialsFor(connection);
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { ...NOTHING, offers: [withoutKey(connection.user)] };
  }
}
