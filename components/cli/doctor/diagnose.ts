import type { Looked } from "../look/look.ts";
import { gatewayStatus } from "../look/status.ts";
import { GATEWAY_CHECKS } from "./gateway-checks.ts";
import { TAILNET_CHECKS } from "./tailnet-checks.ts";
import { type Check, fail, ok, type Verdict } from "./verdict.ts";

const HINT = /^ *hint: /;

/** Everything that is checked at one gateway, from what a look at it has seen. */
export function diagnose({ target: { name: gateway, connection }, seen, error }: Looked): Check[] {
  const of = (tailnet: string | null, name: string, verdicts: readonly Verdict[]): Check[] =>
    verdicts.map((verdict) => ({ gateway, tailnet, name, ...verdict }));
  if (seen === null) {
    // what a host says is evidence, and no advice
    const lines = Map.groupBy(error.split("\n"), (line) => HINT.test(line));
    const said = (isHint: boolean) =>
      (lines.get(isHint) ?? []).map((line) => line.replace(HINT, "").replace(/^ *\| /, "")).join("; ");
    return of(null, "reach", [fail(said(false), said(true))]);
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
