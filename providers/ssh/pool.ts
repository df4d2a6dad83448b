import { HostError, type HostErrorCode } from "../engine/errors.ts";
import type { Host } from "../engine/host.ts";
import { canonical } from "../engine/records.ts";
import { sharedHost } from "../engine/wire/shared-host.ts";
import type { Shell } from "../engine/wire/shell.ts";
import { shellHost } from "../engine/wire/shell-host.ts";
import { type Channel, openChannel } from "./channel.ts";
import type { Login } from "./client/login.ts";
import { connect, limitOf } from "./connect.ts";
import type { SshConnection } from "./connection.ts";
import { ended, isReset, noChannel } from "./ended.ts";
import { greet } from "./greet.ts";

/** Who asks at the same moment need not be told by a connection of their own that there is none. */
const FRESH_MS = 1_000;

/** What stays as it is for the life of the process: asking again would only lock us out. */
const LASTING: ReadonlySet<HostErrorCode> = new Set([
  "credentials",
  "host-key",
  "authentication",
  "not-root",
]);

interface Known {
  readonly at: string;
  readonly opening: Promise<Login>;
}

const hosts = new Map<string, Host>();
const logins = new Map<string, Known>();

/** The host behind a connection. One per process, however many resources live on it. */
export function openHost(connection: SshConnection): Host {
  const key = canonical(connection);
  const known = hosts.get(key);
  if (known !== undefined) return known;
  const host = sharedHost(shellHost(shellOf(connection)));
  hosts.set(key, host);
  // a resource that opens a host has a question: the questions are collected while the connection opens
  loginTo(connection, "ssh").catch(() => undefined);
  return host;
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

function isLasting(error: unknown): boolean {
  return error instanceof HostError && LASTING.has(error.code);
}

interface Opened {
  readonly login: Login;
  readonly channel: Promise<Channel>;
  hasAnswered: boolean;
}

function shellOf(connection: SshConnection): Shell {
  const { host: name, user } = connection;
  const command = user === "root" ? "exec sh -s" : "exec sudo -n sh -s";
  let refused: HostError | null = null;
  let opened: Opened | null = null;
  const open = async (): Promise<Opened> => {
    const login = await loginTo(connection, "ssh");
    if (opened?.login !== login)
      opened = { login, channel: openChannel(login, command, limitOf(connection)), hasAnswered: false };
    return opened;
  };
  /** With a channel that is open; a connection that breaks at that moment is made again, once. */
  const ready = async (triesLeft: number): Promise<{ readonly mine: Opened; readonly channel: Channel }> => {
    const mine = await open();
    try {
      return { mine, channel: await mine.channel };
    } catch (error) {
      if (opened === mine) opened = null;
      if (triesLeft > 1 && isReset(error)) return ready(triesLeft - 1);
      throw noted(noChannel(connection, error));
    }
  };
  // a login that led nowhere leads nowhere again; each one is noted on the host
  const noted = (error: HostError): HostError => {
    if (isLasting(error)) refused = error;
    return error;
  };
  return {
    name,
    async run(program, hearing) {
      if (refused !== null) throw refused;
      const { mine, channel } = await ready(2);
      const printed = await channel.run(program, hearing);
      if (typeof printed === "string") {
        mine.hasAnswered = true;
        return printed;
      }
      opened = null;
      throw noted(ended(connection, printed, mine.hasAnswered));
    },
    greet: () => greet(connection, loginTo),
  };
}
