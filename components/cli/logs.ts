import type { Command } from "commander";
import { callOn, tailnetName } from "./call/call-on.ts";
import type { Wanted } from "./gateway/targets.ts";
import { onGateway, withReach } from "./reach.ts";

interface Options extends Wanted {
  readonly follow?: true;
  readonly since?: string;
}

export function addLogs(program: Command): void {
  withReach(
    program
      .command("logs")
      .description("what the units of a tailnet, or of the whole gateway, have written to the journal")
      .argument("[tailnet]", "its name on the host")
      .option("--follow", "goes on with what comes")
      .option("--since <time>", "as journalctl takes it: 1h ago, today; default: the last 100 lines"),
  ).action(logs);
}

async function logs(tailnet: string | undefined, { follow, since, ...wanted }: Options): Promise<void> {
  const name = tailnet === undefined ? "" : tailnetName(tailnet);
  const call = ["logs", name, follow === true ? "yes" : "", since ?? ""];
  const status = await onGateway(wanted, (shell) => callOn(shell, call, console.log));
  process.exitCode = status === 0 ? 0 : 1;
}
