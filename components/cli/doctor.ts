import type { Command } from "commander";
import { register } from "../../providers/engine/kinds/extension.ts";
import { tailscale } from "../../providers/tailscale/index.ts";
import { diagnose } from "./doctor/diagnose.ts";
import { checksText } from "./doctor/text.ts";
import type { Diagnosis } from "./doctor/verdict.ts";
import { targetsFor, type Wanted } from "./gateway/targets.ts";
import { lookAt } from "./look/look.ts";
import { paint } from "./paint.ts";
import { onEach, withReach } from "./reach.ts";

interface Options extends Wanted {
  readonly json?: true;
}

export function addDoctor(program: Command): void {
  withReach(
    program
      .command("doctor")
      .description(
        "what is wrong with gateways and their tailnets, and what to do; status 1 when something is",
      )
      .option("--json", "for programs, in the form of docs/operations.md"),
  ).action(doctor);
}

async function doctor({ json, ...wanted }: Options): Promise<void> {
  register(tailscale);
  const looks = await onEach(targetsFor(wanted), (on) =>
    Promise.all(on.map(([target, shell]) => lookAt(target, shell, true))),
  );
  const found: Diagnosis = { format: 1, checks: looks.flatMap(diagnose) };
  process.stdout.write(
    json === true ? `${JSON.stringify(found, null, 2)}\n` : checksText(found.checks, paint),
  );
  process.exitCode = found.checks.some(({ status }) => status === "fail") ? 1 : 0;
}
