import { mustExec } from "./exec.ts";
import type { Instance } from "./instance.ts";

/** A place in a host's journal. */
export type Mark = string;

/** The end of the host's journal now. */
export async function markJournal(instance: Instance, host: string): Promise<Mark> {
  const text = await mustExec(instance, host, "journalctl --sync; journalctl --lines=0 --show-cursor");
  return text.match(/-- cursor: (\S+)/)?.[1] ?? "";
}

/**
 * Messages of the host's journal after a mark. All of them: a journalctl that looks for some skips the first, unless the
 * mark is one of those too.
 */
export async function journalSince(instance: Instance, host: string, mark: Mark): Promise<string[]> {
  await mustExec(instance, host, ["journalctl", "--sync"]);
  const after = mark === "" ? [] : [`--after-cursor=${mark}`];
  const text = await mustExec(instance, host, ["journalctl", "--output=cat", "--no-pager", ...after]);
  return text.split("\n").filter((line) => line !== "");
}

/** What went through a host's sshd. */
export interface SshTraffic {
  /** Logins: one per connection. */
  readonly connections: number;
  /** Commands, shells and subsystems started in them. */
  readonly sessions: number;
}

export async function sshTraffic(instance: Instance, host: string, mark: Mark): Promise<SshTraffic> {
  const lines = await journalSince(instance, host, mark);
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  return { connections: count(/^Accepted \S+ for /), sessions: count(/^Starting session: /) };
}

/** Names asked for at the name servers of a host, without the last dot. */
export async function dnsQuestions(instance: Instance, host: string, mark: Mark): Promise<string[]> {
  const lines = await journalSince(instance, host, mark);
  return lines.flatMap((line) => line.match(/"\S+ IN (\S+)\. /)?.[1] ?? []);
}
