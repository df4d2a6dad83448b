import type { NodeSSH } from "node-ssh";
import { HostError } from "../engine/errors.ts";
import type { Host } from "../engine/host.ts";
import { canonical } from "../engine/outline.ts";
import { sharing } from "../engine/sharing.ts";
import { type Shell, shellHost } from "../engine/shell-host.ts";
import { type Channel, type Cut, openChannel } from "./channel.ts";
import { connect } from "./connect.ts";
import type { SshConnection } from "./connection.ts";

const hosts = new Map<string, Host>();
const connections = new Map<string, Promise<NodeSSH>>();

/** The host behind a connection. One per process, however many resources live on it. */
export function openHost(connection: SshConnection): Host {
  const key = canonical(connection);
  const known = hosts.get(key);
  if (known !== undefined) return known;
  const host = sharing(shellHost(shellOf(connection, key)));
  hosts.set(key, host);
  // whoever asks for a host has something to ask: the questions are collected while the connection opens
  connectionFor(connection, key).catch(() => undefined);
  return host;
}

/** Ends every connection; for tests and programs that go on afterwards. */
export async function closeAll(): Promise<void> {
  const open = [...connections.values()];
  connections.clear();
  hosts.clear();
  for (const result of await Promise.allSettled(open))
    if (result.status === "fulfilled") result.value.dispose();
}

/** A refused login stays refused for the life of the process: asking again would only lock us out. */
function connectionFor(connection: SshConnection, key: string): Promise<NodeSSH> {
  const known = connections.get(key);
  if (known !== undefined) return known;
  const opening = connect(connection);
  connections.set(key, opening);
  const forget = () => void (connections.get(key) === opening && connections.delete(key));
  opening.then(
    (ssh) => ssh.connection?.once("close", forget),
    (error: unknown) => {
      if (!(error instanceof HostError) || error.code === "unreachable") forget();
    },
  );
  return opening;
}

function shellOf(connection: SshConnection, key: string): Shell {
  const { host: name, user } = connection;
  const command = user === "root" ? "exec sh -s" : "exec sudo -n sh -s";
  let opened: { readonly ssh: NodeSSH; readonly channel: Promise<Channel> } | null = null;
  const channelOf = async (): Promise<Channel> => {
    const ssh = await connectionFor(connection, key);
    if (opened?.ssh !== ssh) opened = { ssh, channel: openChannel(ssh, command) };
    const mine = opened;
    return mine.channel.catch((error: unknown) => {
      if (opened === mine) opened = null;
      throw lost(name, `no channel could be opened (${String(error)})`, error);
    });
  };
  return {
    name,
    async run(program, hearing) {
      const channel = await channelOf();
      const printed = await channel.run(program, hearing);
      if (typeof printed === "string") return printed;
      opened = null;
      throw ended(name, user, printed);
    },
  };
}

function ended(host: string, user: string, { status, complaints, excess }: Cut): HostError {
  if (excess !== null) {
    return new HostError("connection-lost", {
      host,
      doing: "finish a program",
      because: `${excess}, so we hung up`,
      evidence: complaints,
      hint: "no host in order does that: look at what runs there before you go on; a program that hangs shows in its process list",
    });
  }
  if (complaints.some((line) => line.startsWith("sudo:"))) {
    return new HostError("not-root", {
      host,
      doing: `become root as ${user}`,
      because: "sudo wants a password or refuses",
      evidence: complaints.slice(0, 3),
      hint: `allow it without one: echo '${user} ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/tsproxy, or use the user root`,
    });
  }
  const because = status === null ? "the connection was cut" : `the shell ended with status ${status}`;
  return lost(host, because, null, complaints);
}

function lost(host: string, because: string, cause: unknown, evidence: readonly string[] = []): HostError {
  const hint = "run the same command again; it finds out what was done";
  const facts = { host, doing: "finish a program", because, evidence: evidence.slice(-5), hint };
  return new HostError("connection-lost", facts, { cause });
}
