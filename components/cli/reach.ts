import type { Command } from "commander";
import { HostError } from "../../providers/engine/errors.ts";
import type { Shell } from "../../providers/engine/wire/shell.ts";
import { closeAll, openShell } from "../../providers/ssh/pool.ts";
import { ToolError } from "./error.ts";
import { reasonOf, type Target, targetFor, type Wanted } from "./gateway/targets.ts";

/** The options by which every command finds its gateway. */
export function withReach(command: Command): Command {
  return command
    .option("--stack <name>", "stack whose configuration names the gateway; default: the one that has any")
    .option("--gateway <name>", "its key in that configuration, where there are several")
    .option("--host <user@address[:port]>", "a gateway by its address; no configuration is read")
    .option("--identity <file>", "private SSH key, or the public half of one that the agent holds")
    .option(
      "--host-key <line>",
      'public host key, "ssh-ed25519 AAAA…"; default: as configured, or known_hosts',
    );
}

/** Does `work` with the shell of the one gateway that is meant, and hangs up. */
export async function onGateway<T>(wanted: Wanted, work: (shell: Shell) => Promise<T>): Promise<T> {
  const target = targetFor(wanted);
  try {
    return await work(openShell(target.connection));
  } catch (error) {
    if (error instanceof HostError) throw new ToolError(reasonOf(error, target), 1, { cause: error });
    throw error;
  } finally {
    await closeAll();
  }
}

/** Does `work` with each gateway at the same time, and hangs up. */
export async function onEach<T>(
  targets: readonly Target[],
  work: (on: readonly (readonly [Target, Shell])[]) => Promise<T>,
): Promise<T> {
  try {
    return await work(targets.map((target) => [target, openShell(target.connection)]));
  } finally {
    await closeAll();
  }
}
