import { z } from "zod";
import { type Network, overlap, parseNetwork } from "../../render/ipv4.ts";
import { TAILSCALE } from "../../render/link/tailscale-network.ts";
import { OF_NO_MACHINE } from "../../render/ranges.ts";
import { network } from "./network.ts";
import type { Problem } from "./problem.ts";
import { isLater, refusal } from "./refusal.ts";

/** What Tailscale forwards to no node, and what is no network of machines elsewhere. */
const NEVER = [...OF_NO_MACHINE, TAILSCALE.network4];

/** What `isOffered` refuses, in words. */
export const NOT_OFFERED = "loopback, link-local, multicast and reserved addresses, and 100.64.0.0/10";

/** Whether a tailnet can be offered the network. What is no network at all is said elsewhere. */
export function isOffered(value: string): boolean {
  return isApartFrom(NEVER, value);
}

const MEANT = "loopback, link-local, multicast and reserved addresses";

/** A network that another one stands for: machines of the tailnet itself may be in it. */
const meant = network.refine((value) => isApartFrom(OF_NO_MACHINE, value), {
  error: ({ input }) => `"${String(input)}" cannot be offered: ${MEANT}`,
});

/** Networks by those that stand for them. What is wrong with the latter, `mapProblems` says. */
export const networkMap = z.record(z.string(), meant, {
  error: refusal("an object of networks, each by the one that stands for it"),
});

/**
 * What is wrong with the networks that stand for others.
 *
 * @param map as it was written: what stands for a network is looked at also where another value is wrong
 * @param others networks that are offered or used as they are, as far as they are known
 * @param at put before every path
 */
export function mapProblems(map: unknown, others: readonly string[], at: string): Problem[] {
  return entriesOf(map).flatMap(([standing, network], index, all) => {
    const before = all.slice(0, index).map(([other]) => other);
    const text = problemOf(standing, network, before, others);
    return text === null ? [] : [{ path: `${at}map.${standing}`, text }];
  });
}

/** What is no object is said elsewhere. */
function entriesOf(map: unknown): [string, unknown][] {
  const isPlain = typeof map === "object" && map !== null && !Array.isArray(map) && !isLater(map);
  return isPlain ? Object.entries(map) : [];
}

function problemOf(
  standing: string,
  network: unknown,
  before: readonly string[],
  others: readonly string[],
): string | null {
  const own = parseNetwork(standing);
  if (own === null || own.prefix < 8)
    return `"${standing}" is not an IPv4 network of /8 or smaller, for example "10.107.0.0/24"`;
  if (!isOffered(standing)) return `"${standing}" cannot be offered: ${NOT_OFFERED}`;
  const stoodFor = typeof network === "string" ? parseNetwork(network) : null;
  if (stoodFor !== null && own.prefix !== stoodFor.prefix)
    return `"${standing}" and "${network}" differ in size: a network of /${stoodFor.prefix} is needed to stand for it`;
  const overlapping = before.find((other) => !isApartFrom([other], standing));
  if (overlapping !== undefined) return `overlaps with "${overlapping}", which stands for another network`;
  const hidden = others.find((other) => !isApartFrom([other], standing));
  if (hidden === undefined) return null;
  return `hides ${hidden}, which is offered or used as it is: a network is needed that is none of the tailnet's`;
}

function overlaps(range: string, network: Network): boolean {
  const parsed = parseNetwork(range);
  return parsed !== null && overlap(parsed, network);
}

/** What is no network at all is apart from all. */
function isApartFrom(ranges: readonly string[], value: string): boolean {
  const parsed = parseNetwork(value);
  return parsed === null || !ranges.some((range) => overlaps(range, parsed));
}
