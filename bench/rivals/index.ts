import { inCache } from "../../test/toolchain/cache.ts";
import { withLock } from "../../test/toolchain/lock.ts";
import type { Tool } from "../contract.ts";
import { ansible, scriptByAnsible } from "./ansible.ts";
import { pulumiCommand } from "./pulumi-command/project.ts";
import { pyinfra } from "./pyinfra.ts";
import { pythonEnvironment } from "./python.ts";

/** What our own tool is compared with. */
export interface Rivals {
  readonly tools: readonly Tool[];
  /** A sentence for each that cannot take part on this machine. */
  readonly leftOut: readonly string[];
}

/** Installs the rivals into the cache: about half a minute the first time. */
export async function openRivals(): Promise<Rivals> {
  const { forAnsible, forPyinfra } = await withLock(inCache("rivals.lock"), "the rivals", async () => ({
    forAnsible: await pythonEnvironment("ansible"),
    forPyinfra: await pythonEnvironment("pyinfra"),
  }));
  const tools = await Promise.all([
    ansible(forAnsible, "pipelining"),
    ansible(forAnsible, "mitogen"),
    pyinfra(forPyinfra),
    scriptByAnsible(forAnsible, "pipelining"),
    scriptByAnsible(forAnsible, "mitogen"),
  ]);
  const command = pulumiCommand();
  return typeof command === "string"
    ? { tools, leftOut: [command] }
    : { tools: [...tools, command], leftOut: [] };
}
