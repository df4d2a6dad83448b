import { HostError } from "../engine/errors.ts";
import type { Host } from "../engine/host.ts";
import { canonical } from "../engine/records.ts";
import { sharedHost } from "../engine/wire/shared-host.ts";
import type { Shell } from "../engine/wire/shell.ts";
import { shellHost } from "../engine/wire/shell-host.ts";
import { type Channel, openChannel } from "./channel.ts";
import { connect, type Link } from "./connect.ts";
import type { SshConnection } from "./connection.ts";
import { ended, noChannel } from "./failures.ts";
import { greet } from "./greet.ts";

/** Who asks at the same moment need not be told by a connection of their own that there is none. */
const UNREACHABLE_FRESH_MS = 1_000;

const hosts = new Map<string, Host>();
const connections = new Map<string, Promise<Link>>();

/**
 * The host behind a connection. One per process, however many resources live on it.
 *
 * @param show as of `shellHost`
 */
export function openHost(connection: SshConnection, show?: (line: string) => void): Host {
  const key = canonical(connection);
  const known = hosts.get(key);
  if (known !== undefined) return known;
  const host = sharedHost(shellHost(shellOf(connection, key), show));
  hosts.set(key, host);
  // a resource that opens a host has a question: the questions are collected while the connection opens
  connectionFor(connection, key).catch(() => undefined);
  return host;
}

/** Ends every connection; for tests and programs that go on afterwards. */
export async function closeAll(): Promise<void> {
  const open = [...connections.values()];
  connections.clear();
  hosts.clear();
  for (const result of await Promise.allSettled(open))
    if (result.status === "fulfilled") result.value.ssh.dispose();
}

/** A refused login stays refused for the life of the process: asking again would only lock us out. */
function connectionFor(connection: SshConnection, key: string): Promise<Link> {
  const known = connections.get(key);
  if (known !== undefined) return known;
  const opening = connect(connection);
  connections.set(key, opening);
  const forget = () => void (connections.get(key) === opening && connections.delete(key));
  opening.then(
    ({ ssh }) => ssh.connection?.once("close", forget),
    (error: unknown) => {
      if (!(error instanceof HostError) || error.code === "unreachable")
        setTimeout(forget, UNREACHABLE_FRESH_MS).unref();
    },
  );
  return opening;
}

function shellOf(connection: SshConnection, key: string): Shell {
  const { host: name, user } = connection;
  const command = user === "root" ? "exec sh -s" : "exec sudo -n sh -s";
  let refused: HostError | null = null;
  let opened: { readonly link: Link; readonly channel: Promise<Channel>; hasAnswered: boolean } | null = null;
  const open = async () => {
    const link = await connectionFor(connection, key);
    if (opened?.link !== link) opened = { link, channel: openChannel(link.ssh, command), hasAnswered: false };
    return opened;
  };
  // a login that led nowhere leads nowhere again; each one is noted on the host
  const noted = (error: HostError): HostError => {
    if (error.code !== "connection-lost") refused = error;
    return error;
  };
  return {
    name,
    async run(program, hearing) {
      if (refused !== null) throw refused;
      const mine = await open();
      const channel = await mine.channel.catch((error: unknown) => {
        if (opened === mine) opened = null;
        throw noted(noChannel(connection, error));
      });
      const printed = await channel.run(program, hearing);
      if (typeof printed === "string") {
        mine.hasAnswered = true;
        return printed;
      }
      opened = null;
      throw noted(ended(connection, printed, mine.hasAnswered));
    },
    greet: () => greet(connection, opened?.link.jump ?? null),
  };
}
