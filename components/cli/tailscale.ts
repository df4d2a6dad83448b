import type { Command } from "commander";
import { callOn, tailnetName } from "./call/call-on.ts";
import type { Wanted } from "./gateway/targets.ts";
import { onGateway, withReach } from "./reach.ts";

export function addTailscale(program: Command): void {
  withReach(
    program
      .command("tailscale")
      .description(
        "Tailscale's own command line for the node in a tailnet; options of this come before the tailnet",
      )
      .argument("<tailnet>", "its name on the host")
      .argument("[arguments...]", "as `tailscale` takes them: status, ping office, netcheck")
      .passThroughOptions(),
  ).action(tailscale);
}

async function tailscale(tailnet: string, words: readonly string[], wanted: Wanted): Promise<void> {
  const call = ["tailscale", tailnetName(tailnet), ...words];
  process.exitCode = await onGateway(wanted, (shell) => callOn(shell, call, console.log));
}
