import { printable } from "../../../providers/engine/errors.ts";
import { hintsOf } from "../gateway/targets.ts";
import type { Looked } from "../look/look.ts";
import { gatewayStatus } from "../look/status.ts";
import { GATEWAY_CHECKS } from "./gateway-checks.ts";
import { TAILNET_CHECKS } from "./tailnet-checks.ts";
import { type Check, fail, ok, type Verdict } from "./verdict.ts";

/** Everything that is checked at one gateway, from what a look at it has seen. */
export function diagnose(looked: Looked): Check[] {
  const { target, seen } = looked;
  const { name: gateway, connection } = target;
  const of = (tailnet: string | null, name: string, verdicts: readonly Verdict[]): Check[] =>
    verdicts.map((verdict) => ({ gateway, tailnet, name, ...verdict }));
  if (seen === null) {
    const { error } = looked;
    const [what = ""] = error.message.split("\n");
    // what a host says is evidence, and no advice
    const found = [what, ...(error.facts.evidence ?? []).map(printable)];
    return of(null, "reach", [fail(found.join("; "), hintsOf(error, target).join("; "))]);
  }
  const status = gatewayStatus({ name: gateway, host: connection.host }, seen);
  return [
    ...of(null, "reach", [ok(`${connection.host} answers`)]),
    ...Object.entries(GATEWAY_CHECKS).flatMap(([name, check]) => of(null, name, check({ status, seen }))),
    ...status.tailnets.flatMap((tailnet) =>
      Object.entries(TAILNET_CHECKS).flatMap(([name, check]) =>
        of(tailnet.name, name, check({ tailnet, seen })),
      ),
    ),
  ];
}
