import type { Problem } from "./arguments/problem.ts";
import { overlap, parseNetwork } from "./render/ipv4.ts";

/** Something of which two components on one gateway, or two gateways, must not have the same. */
export interface Claim {
  /** `resource`: what may exist once; the value is its key on the host. `host`: the way to a gateway's host. */
  readonly kind: "host" | "resource" | "veth" | "port" | "suffix";
  readonly value: string;
  /** The argument it comes from, as the user wrote it. */
  readonly path: string;
  /** Who claims it, in the words of the user: `SocksBridge "work"`, in a configuration `tailnet work`. */
  readonly holder: string;
}

/** What `claim` and any of `held` have in common, as problems of `claim`. */
export function collisions(claim: Claim, held: readonly Claim[]): Problem[] {
  return held
    .filter((other) => other.kind === claim.kind && collide(claim, other.value))
    .map((other) => ({ path: claim.path, text: collisionText(claim, other) }));
}

function collide({ kind, value }: Claim, other: string): boolean {
  switch (kind) {
    case "host":
    case "resource":
    case "port":
      return value === other;
    case "suffix":
      return value === other || value.endsWith(`.${other}`) || other.endsWith(`.${value}`);
    case "veth": {
      const [mine, theirs] = [parseNetwork(value), parseNetwork(other)];
      return mine !== null && theirs !== null && overlap(mine, theirs);
    }
  }
}

function collisionText({ kind, value }: Claim, other: Claim): string {
  switch (kind) {
    case "host":
      return `${value} is the host of ${other.holder} already; a host has one gateway: put all its tailnets there`;
    case "resource":
      return `${other.holder} is "${value}" on this gateway already; another name is needed, or only one of them`;
    case "port":
      return `${value} is taken by ${other.holder}; each needs a port of its own`;
    case "suffix":
      if (value === other.value)
        return `"${value}" is taken by ${other.holder}; each tailnet needs a suffix of its own`;
      return `"${value}" and "${other.value}" of ${other.holder} contain one another; suffixes must not be nested`;
    case "veth":
      return `${value} overlaps with ${other.value} of ${other.holder}; set "veth" of one of them, for example "10.200.255.0/30"`;
  }
}

/** The claims of all components of one gateway, or of all gateways. */
export class Neighbours {
  readonly #held: Claim[] = [];

  /** Claims all of `claims`, or, if any collides, none of them. */
  claim(claims: readonly Claim[]): Problem[] {
    const problems = claims.flatMap((claim) => collisions(claim, this.#held));
    if (problems.length === 0) this.#held.push(...claims);
    return problems;
  }
}
