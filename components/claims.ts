import type { HopSettings, SshSettings } from "./arguments/ssh.ts";
import { contains } from "./arguments/suffix-dns.ts";
import type { Problem } from "./arguments/values/problem.ts";
import { overlap, parseNetwork } from "./render/ipv4.ts";

/** Something of which two components on one gateway, or two gateways, must not have the same. */
export interface Claim {
  /**
   * `resource`: the value is its key on the host. `host`: the route to a gateway's host. `site`, `mapped`: a number or a
   * network, and what is known of its primary tailnet. `suffix`, `name`: where names end, for DNS and for the one port.
   * `leading`: the site to which names of a tailnet lead, or its routes; of these a tailnet has one.
   */
  readonly kind: "host" | "site" | "mapped" | "resource" | "veth" | "port" | "suffix" | "name" | "leading";
  readonly value: string;
  /** What is found there: components whose claims lead to the same are each other's backup, and do not collide. @default nothing */
  readonly leadsTo?: string | undefined;
  /** Of `suffix`, `name` and `leading`: the tailnet on its host. */
  readonly tailnet?: string | undefined;
  /** Of `site` and `mapped`: the gateway. It has one primary tailnet, whatever that is called. @default not known */
  readonly gateway?: object | undefined;
  /** The argument it comes from, as the user wrote it. */
  readonly path: string;
  /** The component that claims it, in the words of the user: `SocksBridge "work"`, in a configuration `tailnet work`. */
  readonly holder: string;
}

/** What the components of one gateway, or all gateways, have claimed so far. */
export class Claims {
  readonly #claimed: Claim[] = [];

  /** Claims all of `claims`, or, if any collides, none of them. Returns the collisions. */
  claim(claims: readonly Claim[]): Problem[] {
    const all = claims.map((claim) => collisions(claim, this.#claimed));
    // what has the name of another one has its network by default, too: with another name that problem is gone
    const [collided = []] = all.filter((_, index) => claims[index]?.kind === "resource");
    const problems = collided.length > 0 ? collided : all.flat();
    if (problems.length === 0) this.#claimed.push(...claims);
    return problems;
  }

  /** What `tailnet` has claimed of a kind. */
  valuesOf(tailnet: string, kind: Claim["kind"]): string[] {
    return this.#claimed
      .filter((claim) => claim.tailnet === tailnet && claim.kind === kind)
      .map(({ value }) => value);
  }
}

/** The route to the host of a gateway, as far as it is known before the program runs on. */
export function hostClaims({ jump, ...ssh }: SshSettings, holder: string, at = ""): Claim[] {
  const route = routeTo(ssh);
  const through = jump === undefined ? "" : routeTo(jump);
  if (route === null || through === null) return [];
  const value = through === "" ? route : `${route} behind ${through}`;
  return [{ kind: "host", value, path: `${at}ssh.host`, holder }];
}

function routeTo({ host, port }: Pick<HopSettings, "host" | "port">): string | null {
  if (typeof host !== "string" || typeof port !== "number") return null;
  return port === 22 ? host.toLowerCase() : `${host.toLowerCase()} port ${port}`;
}

/** What `claim` and any of `claimed` have in common, as problems of `claim`. */
function collisions(claim: Claim, claimed: readonly Claim[]): Problem[] {
  return (
    claimed
      .filter((other) => collide(claim, other) && !backsUp(claim, other))
      .map((other) => collisionText(claim, other))
      // a suffix of a tailnet, and the name of its one port that comes from it
      .filter((text, index, texts) => texts.indexOf(text) === index)
      .map((text) => ({ path: claim.path, text }))
  );
}

function backsUp({ leadsTo }: Claim, other: Claim): boolean {
  return leadsTo !== undefined && leadsTo === other.leadsTo;
}

function collide(claim: Claim, other: Claim): boolean {
  const { kind, value } = claim;
  if (kind !== other.kind)
    return areEnds(claim, other) && claim.tailnet !== other.tailnet && nested(claim, other);
  switch (kind) {
    case "host":
    case "resource":
    case "port":
      return value === other.value;
    case "suffix":
    case "name":
      return nested(claim, other);
    case "leading":
      return claim.tailnet === other.tailnet && value !== other.value;
    case "site":
      return placed(claim).what === placed(other).what && arePeers(claim, other);
    case "mapped":
      return overlapping(placed(claim).what, placed(other).what) && arePeers(claim, other);
    case "veth":
      return overlapping(value, other.value);
  }
}

/** Whether both are ends of names. The one port and DNS lead a name to one tailnet. */
function areEnds(...claims: readonly Claim[]): boolean {
  return claims.every(({ kind }) => kind === "name" || kind === "suffix");
}

function nested({ value }: Claim, other: Claim): boolean {
  return contains(value, other.value) || contains(other.value, value);
}

/** A number or a network, and the primary tailnet in which it is claimed. */
function placed({ value }: Claim): { readonly what: string; readonly primary: string | undefined } {
  const [what = "", primary] = value.split(" at ");
  return { what, primary };
}

/** Whether both are claimed in the same primary tailnet. */
function arePeers(claim: Claim, other: Claim): boolean {
  const isOneGateway = claim.gateway !== undefined && claim.gateway === other.gateway;
  return isOneGateway || placed(claim).primary === placed(other).primary;
}

function overlapping(one: string, other: string): boolean {
  const [mine, theirs] = [parseNetwork(one), parseNetwork(other)];
  return mine !== null && theirs !== null && overlap(mine, theirs);
}

function collisionText({ kind, value }: Claim, other: Claim): string {
  switch (kind === other.kind ? kind : "name") {
    case "host":
      return `${value} is the host of ${other.holder} already; a host has one gateway: put all its tailnets there`;
    case "site":
      return `${value} is taken by ${other.holder} (${other.path}); each tailnet needs a number of its own in the primary one, and a backup offers the same of the same tailnet`;
    case "mapped":
      return `${value} overlaps with ${other.value} of ${other.holder} (${other.path}); each tailnet needs networks of its own in the primary one, and a backup offers the same of the same tailnet`;
    case "resource":
      return `${other.holder} is "${value}" on this gateway already; another name is needed, or only one of them`;
    case "port":
      return `${value} is taken by ${other.holder}; each needs a port of its own`;
    case "suffix":
      if (value === other.value)
        return `"${value}" is taken by ${other.holder}; each tailnet needs suffixes and domains of its own`;
      return `"${value}" and "${other.value}" of ${other.holder} contain one another; suffixes and domains must not be nested`;
    case "name":
      return `"${value}" and "${other.value}" of ${other.holder} would lead to two tailnets; a name ends in one of them only`;
    case "leading":
      return `${value} is not ${other.value}, as ${other.holder} has it (${other.path}): names lead where the routes of the tailnet do`;
    case "veth":
      return `${value} overlaps with ${other.value} of ${other.holder}; set "veth" of one of them, for example "10.200.255.0/30"`;
  }
}
