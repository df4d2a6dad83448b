import { readFileSync } from "node:fs";
import { HostError } from "../../../providers/engine/errors.ts";
import { lookAtAllProgram } from "../../../providers/engine/wire/script.ts";
import { LOOK, type Shell } from "../../../providers/engine/wire/shell.ts";
import { exchange } from "../../../providers/engine/wire/shell-host.ts";
import { reasonOf, type Target } from "../gateway/targets.ts";
import { seenIn } from "./seen.ts";
import type { GatewayStatus } from "./shape.ts";
import { gatewayStatus, unknownGateway } from "./status.ts";

const PART = readFileSync(new URL("./status.sh", import.meta.url), "utf8");

/** Looks at a gateway, by one program; what keeps it from that is part of the answer. */
export async function lookAt(target: Target, shell: Shell): Promise<GatewayStatus> {
  const { name, connection } = target;
  const of = { name, host: connection.host };
  try {
    const sections = await exchange({ shell, show: () => undefined }, LOOK, (nonce) =>
      lookAtAllProgram(nonce, PART, "show_status"),
    );
    return gatewayStatus(of, seenIn(sections));
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return unknownGateway(of, reasonOf(error, target));
  }
}
