import { factsOf } from "../clients/known.ts";
import { linesOf } from "../clients/lines.ts";
import type { ConfiguredGateway } from "./gateways.ts";

/**
 * What clients need to know of gateways that were written down as configuration: a line for each
 * tailnet of a gateway, and nothing of it is secret.
 * `clientFiles` makes files of it, if the gateways have one primary tailnet.
 */
export function clientFactsOf(gateways: Readonly<Record<string, ConfiguredGateway>>): string[] {
  const known = Object.values(gateways).flatMap(({ tailnets }) =>
    Object.values(tailnets).flatMap(({ socks, route, dns }) =>
      [socks, route, dns].flatMap((component) => (component === undefined ? [] : [component.known])),
    ),
  );
  return linesOf(factsOf(known));
}
