import { readFileSync } from "node:fs";
import { HostError } from "../../../providers/engine/errors.ts";
import { lookAtAllProgram } from "../../../providers/engine/wire/script.ts";
import { LOOK, type Shell } from "../../../providers/engine/wire/shell.ts";
import { exchange } from "../../../providers/engine/wire/shell-host.ts";
import { reasonOf, type Target } from "../gateway/targets.ts";
import { type Seen, seenIn } from "./seen.ts";
import type { GatewayStatus } from "./shape.ts";
import { gatewayStatus, unknownGateway } from "./status.ts";

const PART = readFileSync(new URL("./status.sh", import.meta.url), "utf8");

/** What a look at a gateway came to: what it saw, or why there was none. */
export type Looked = { readonly target: Target } & (
  | { readonly seen: Seen }
  | { readonly seen: null; readonly error: HostError }
);

/**
 * Looks at a gateway, by one program.
 *
 * @param answers whether DNS servers are asked, too; one that is silent takes five seconds
 */
export async function lookAt(target: Target, shell: Shell, answers = false): Promise<Looked> {
  const call = answers ? "show_status; show_answers" : "show_status";
  try {
    const sections = await exchange({ shell, show: () => undefined }, LOOK, (nonce) =>
      lookAtAllProgram(nonce, PART, call),
    );
    return { target, seen: seenIn(sections) };
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { target, seen: null, error };
  }
}

export function statusOf(looked: Looked): GatewayStatus {
  const { target, seen } = looked;
  const of = { name: target.name, host: target.connection.host };
  return seen === null ? unknownGateway(of, reasonOf(looked.error, target)) : gatewayStatus(of, seen);
}
