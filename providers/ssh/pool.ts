import type { Host } from "../engine/host.ts";
import { canonical } from "../engine/records.ts";
import { sharedHost } from "../engine/wire/shared-host.ts";
import type { Shell } from "../engine/wire/shell.ts";
import { shellHost } from "../engine/wire/shell-host.ts";
import type { Login } from "./client/login.ts";
import { connect } from "./connect.ts";
import type { SshConnection } from "./connection.ts";
import { isLasting } from "./failures.ts";
import { SshShell } from "./ssh-shell.ts";

/** Who asks at the same moment need not be told by a connection of their own that there is none. */
const FRESH_MS = 1_000;

interface Known {
  readonly at: string;
  readonly opening: Promise<Login>;
}

const hosts = new Map<string, Host>();
const logins = new Map<string, Known>();

/**
 * The host behind a connection. One per process, however many resources live on it.
 *
 * @param show as of `shellHost`
 */
export function openHost(connection: SshConnection, show?: (line: string) => void): Host {
  const key = canonical(connection);
  const known = hosts.get(key);
  if (known !== undefined) return known;
  const host = sharedHost(shellHost(new SshShell(connection, loginTo), show));
  hosts.set(key, host);
  // a resource that opens a host has a question: the questions are collected while the connection opens
  loginTo(connection, "ssh").catch(() => undefined);
  return host;
}

/** The shell of root behind a connection, for programs of one's own. */
export function openShell(connection: SshConnection): Shell {
  return new SshShell(connection, loginTo);
}

/** Ends every connection; for tests and programs that go on afterwards. */
export async function closeAll(): Promise<void> {
  const open = [...logins.values()];
  logins.clear();
  hosts.clear();
  // what goes through a jump host ends before the jump host's
  for (const isJump of [false, true])
    await Promise.allSettled(
      open.filter(({ at }) => (at !== "ssh") === isJump).map(async ({ opening }) => (await opening).end()),
    );
}

/** One for each connection and jump host: fifty gateways behind a jump host log in there once, and share its refusal. */
function loginTo(connection: SshConnection, at: string): Promise<Login> {
  const key = `${at} ${canonical(connection)}`;
  const known = logins.get(key);
  if (known !== undefined) return known.opening;
  const opening = connect(connection, at, loginTo);
  logins.set(key, { at, opening });
  const forget = () => void (logins.get(key)?.opening === opening && logins.delete(key));
  opening.then(
    (login) => login.onceOver(forget),
    (error: unknown) => {
      if (!isLasting(error)) setTimeout(forget, FRESH_MS).unref();
    },
  );
  return opening;
}
