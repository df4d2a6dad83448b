import { Argument, type Command } from "commander";
import { callOn, tailnetName } from "./call/call-on.ts";
import type { Wanted } from "./gateway/targets.ts";
import { onGateway, withReach } from "./reach.ts";

export function addRestart(program: Command): void {
  withReach(
    program
      .command("restart")
      .description("restarts the processes of a tailnet, or one; its sessions end, those of others do not")
      .argument("<tailnet>", "its name on the host")
      .addArgument(new Argument("[part]", "only this").choices(["socks", "dns", "tailscaled"])),
  ).action(restart);
}

async function restart(tailnet: string, part: string | undefined, wanted: Wanted): Promise<void> {
  const call = ["restart", tailnetName(tailnet), part ?? ""];
  const status = await onGateway(wanted, (shell) => callOn(shell, call, console.log));
  process.exitCode = status === 0 ? 0 : 1;
}
