import { attempt, type CommandOptions, type Outcome } from "../toolchain/command.ts";
import type { Instance } from "./instance.ts";
import { hostCgroup, leader } from "./power.ts";

export interface ExecOptions extends Pick<CommandOptions, "stdin" | "timeoutMs"> {}

/**
 * The command that runs `command` as root in a host, without its sshd.
 *
 * It joins the host's cgroup, so that a pulled plug ends it too.
 *
 * @throws Error when the host is off.
 */
export function enter(instance: Instance, host: string, command: string | readonly string[]): string[] {
  const pid = leader(instance, host);
  if (pid === undefined)
    throw new Error(`${host} is off: start it with \`npm run lab -- up --name ${instance.name}\``);
  const inside = typeof command === "string" ? ["/bin/sh", "-c", command] : command;
  const join = 'mkdir -p "$1/exec"; echo 0 > "$1/exec/cgroup.procs"; shift; exec "$@"';
  const environment = [
    "env",
    "-i",
    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME=/root",
    "LANG=C.UTF-8",
    `TERM=${process.env.TERM ?? "dumb"}`,
  ];
  const namespaces = [
    "nsenter",
    "--target",
    String(pid),
    "--mount",
    "--uts",
    "--ipc",
    "--net",
    "--pid",
    "--cgroup",
    "--root",
    "--wd",
  ];
  return ["sh", "-c", join, "sh", hostCgroup(instance, host), ...namespaces, ...environment, ...inside];
}

/** Runs a command in a host as root; a string goes through the host's `sh -c`. */
export function exec(
  instance: Instance,
  host: string,
  command: string | readonly string[],
  options: ExecOptions = {},
): Promise<Outcome> {
  return attempt(enter(instance, host, command), options);
}

/** Like `exec` for commands that have to succeed; returns their output. @throws Error with what was said */
export async function mustExec(
  instance: Instance,
  host: string,
  command: string | readonly string[],
  options: ExecOptions = {},
): Promise<string> {
  const { code, stdout, stderr } = await exec(instance, host, command, options);
  if (code === 0) return stdout;
  const text = typeof command === "string" ? command : command.join(" ");
  throw new Error(`${host}: cannot run ${text.slice(0, 200)}: exit status ${code}\n${stdout}${stderr}`);
}
