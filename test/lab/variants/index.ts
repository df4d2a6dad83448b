import type { Lab } from "../index.ts";
import { networkd } from "./networkd.ts";
import { ownFirewall } from "./own-firewall.ts";
import { twoUplinks } from "./two-uplinks.ts";

/** What the world does to a gateway, or to the tailnets around it, and a laboratory does not by itself. */
export interface Variant {
  /** As `npm run lab -- --help` says it, after the name. */
  readonly what: string;
  /** Changes a laboratory that is up, and comes back when it is as wanted. It goes with the laboratory. */
  apply(lab: Lab): Promise<void>;
}

/** By the name under which tests and `npm run lab -- up --variant NAME` ask for one. */
export const variants = {
  "own-firewall": ownFirewall,
  networkd,
  "two-uplinks": twoUplinks,
} satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;

export const variantNames = Object.keys(variants) as readonly VariantName[];
