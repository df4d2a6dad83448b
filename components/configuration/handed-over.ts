import type { RouteSettings } from "../arguments/route-bridge.ts";
import { checkSuffix } from "../arguments/suffix-dns.ts";
import type { TailnetSite } from "../catalogue.ts";
import { type Tree, treeIn } from "./tree.ts";

/** Names lead where the routes of the tailnet do, unless the configuration says otherwise. */
export function withRoutes(value: unknown, route: RouteSettings | null): unknown {
  const tree = treeIn(value);
  if (route === null || tree === null) return value ?? {};
  const { site, machines } = route;
  return { site, machines, ...tree };
}

/**
 * The one port of a gateway leads to a tailnet by the suffix and the domains that it has, unless the configuration says otherwise.
 *
 * @param value arguments of the SOCKS port.
 * @param dns what stands in the configuration of the suffix.
 */
export function withNames(value: unknown, dns: unknown, site: TailnetSite | null): unknown {
  const tree = treeIn(value);
  if (tree === null || dns === undefined || !site?.gateway.onePort) return value;
  const { settings } = checkSuffix(site.tailnet.name, treeIn(dns));
  return settings === null
    ? value
    : ({ onePortNames: [settings.suffix, ...settings.domains], ...tree } satisfies Tree);
}
