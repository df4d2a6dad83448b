import type { RouteSettings } from "../arguments/route-bridge.ts";
import type { SuffixSettings } from "../arguments/suffix-dns.ts";
import { PART_NAMES, type PartName, type PartSettings, type TailnetSite } from "../catalogue.ts";
import { treeIn } from "./tree.ts";

const GIVERS: readonly PartName[] = ["route", "dns"];

/** The parts of a tailnet in an order in which each comes after those that hand something over to it. */
export const READING_ORDER: readonly PartName[] = [
  ...GIVERS,
  ...PART_NAMES.filter((part) => !GIVERS.includes(part)),
];

/**
 * What stands in the configuration of a part, and what follows from the parts that were read before it.
 *
 * @param site `null` if the arguments of its tailnet or gateway are wrong.
 */
export function handedOver(
  part: PartName,
  value: unknown,
  { route, dns }: Partial<PartSettings>,
  site: TailnetSite | null,
): unknown {
  const tree = treeIn(value);
  if (tree === null) return value;
  if (part === "dns" && route !== undefined) return { ...placeOf(route), ...tree };
  if (part === "socks" && dns !== undefined && site?.gateway.onePort) return { ...endsOf(dns), ...tree };
  return tree;
}

/** Names lead where the routes of the tailnet do. */
function placeOf({ site, machines }: RouteSettings): Pick<SuffixSettings, "site" | "machines"> {
  return { site, machines };
}

/** The one port of a gateway leads to a tailnet by the suffix and the domains that it has. */
function endsOf({ suffix, domains }: SuffixSettings): { readonly onePortNames: readonly string[] } {
  return { onePortNames: [suffix, ...domains] };
}
