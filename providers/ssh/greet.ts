import type { Duplex } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { HostError } from "../engine/errors.ts";
import { connect, inTime, type Link, streamTo } from "./connect.ts";
import type { SshConnection } from "./connection.ts";
import { unreachable } from "./failures.ts";

/** An sshd that has too many callers (MaxStartups) turns some away unheard. */
const TRIES_MAX = 3;
const LIMIT_MS = 5_000;
const PAUSE_MS = 1_000;
/** RFC 4253, 4.2: other lines may come before it. */
const GREETING = /^SSH-\d/m;
const GREETING_MAX_BYTES = 16 * 1024;

/**
 * Makes a new connection to a host's sshd, along the way of one that is open, and hangs up once it was greeted. Costs
 * two round trips and no login.
 *
 * @param jump the jump host's connection, used while it lasts
 * @throws HostError `unreachable` after 3 tries of 5 s at most
 */
export async function greet(connection: SshConnection, jump: Link | null): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await greeted(connection, jump);
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== "unreachable" || attempt === TRIES_MAX) throw error;
      await delay(PAUSE_MS);
    }
  }
}

async function greeted(connection: SshConnection, jump: Link | null): Promise<void> {
  const { host, port } = connection;
  const isOpen = jump?.ssh.isConnected() === true;
  const link = isOpen || connection.jump === undefined ? jump : await connect(connection.jump);
  try {
    const stream = await streamTo(connection, link, LIMIT_MS);
    await inTime(greeting(stream), LIMIT_MS, `no greeting within ${LIMIT_MS / 1000} s`)
      .catch((error: Error) => {
        throw unreachable(host, port, error.message, error);
      })
      .finally(() => stream.destroy());
  } finally {
    if (!isOpen) link?.ssh.dispose();
  }
}

function greeting(stream: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    let heard = "";
    stream.on("error", reject);
    // a channel of a jump host only ends
    for (const event of ["end", "close"])
      stream.on(event, () => reject(new Error("the connection was closed before a greeting")));
    stream.on("data", (chunk: Buffer) => {
      heard += chunk.toString("latin1");
      if (GREETING.test(heard)) resolve();
      else if (heard.length > GREETING_MAX_BYTES) reject(new Error("what answers is no sshd"));
    });
  });
}
