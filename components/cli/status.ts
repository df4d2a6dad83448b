import { setTimeout as delay } from "node:timers/promises";
import type { Command } from "commander";
import { register } from "../../providers/engine/kinds/extension.ts";
import { tailscale } from "../../providers/tailscale/index.ts";
import { targetsFor, type Wanted } from "./gateway/targets.ts";
import { lookAt, statusOf } from "./look/look.ts";
import type { GatewayStatus, Status } from "./look/shape.ts";
import { statusText } from "./look/table.ts";
import { paint } from "./paint.ts";
import { onEach, withReach } from "./reach.ts";

interface Options extends Wanted {
  readonly json?: true;
  readonly watch?: true;
}

export function addStatus(program: Command): void {
  withReach(
    program
      .command("status")
      .description("what each gateway and its tailnets are doing; status 1 when something is wrong")
      .option("--json", "for programs, in the form of docs/operations.md")
      .option("--watch", "again every two seconds"),
  ).action(status);
}

const PAUSE_MS = 2_000;
const TO_TOP = "\u001b[H\u001b[2J";

async function status({ json, watch, ...wanted }: Options): Promise<void> {
  register(tailscale);
  await onEach(targetsFor(wanted), async (on) => {
    do {
      const looks = await Promise.all(on.map(([target, shell]) => lookAt(target, shell)));
      const gateways = looks.map(statusOf);
      const found: Status = { format: 1, gateways };
      const text = json === true ? `${JSON.stringify(found, null, 2)}\n` : statusText(found, paint);
      process.stdout.write(watch === true && process.stdout.isTTY ? `${TO_TOP}${text}` : text);
      process.exitCode = gateways.every(isWell) ? 0 : 1;
      if (watch === true) await delay(PAUSE_MS);
    } while (watch === true);
  });
}

function isWell({ error, drift, failed, tailnets }: GatewayStatus): boolean {
  const isQuiet = error === null && drift.length === 0 && failed.length === 0;
  return isQuiet && tailnets.every(({ state }) => state === "online");
}
