#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { addClients } from "./clients.ts";
import { addDoctor } from "./doctor.ts";
import { ToolError } from "./error.ts";
import { addLogs } from "./logs.ts";
import { addPin } from "./pin.ts";
import { addRestart } from "./restart.ts";
import { addStatus } from "./status.ts";
import { addTailscale } from "./tailscale.ts";

const program = new Command("pulumi-tsproxy")
  .description("What to do with gateways between tailnets beside `pulumi up`.")
  .enablePositionalOptions()
  .exitOverride()
  .showHelpAfterError("(--help says what there is)");

for (const add of [addStatus, addDoctor, addLogs, addRestart, addTailscale, addClients, addPin]) add(program);

// a reader such as `head` may have enough
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = statusOf(error);
}

/** 1: something is wrong; 2: the command was written wrongly. What commander throws it has said already. */
function statusOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  console.error(error instanceof Error ? error.message : error);
  if (error instanceof ToolError) return error.status;
  return 1;
}
