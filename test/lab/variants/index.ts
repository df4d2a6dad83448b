import type { Lab } from "../index.ts";
import { controlOnGateway } from "./control-on-gateway.ts";
import { docker } from "./docker.ts";
import { dualStack, sixOnly } from "./ipv6-uplink.ts";
import { lanResolver } from "./lan-resolver.ts";
import { lxc, noUserNamespaces } from "./lxc.ts";
import { manyKeys } from "./many-keys.ts";
import { networkd } from "./networkd.ts";
import { ownFirewall } from "./own-firewall.ts";
import { primaryExit } from "./primary-exit.ts";
import { resolverInRoute } from "./resolver-in-route.ts";
import { twoUplinks } from "./two-uplinks.ts";
import { widePrimary } from "./wide-primary.ts";
import { wrongClock } from "./wrong-clock.ts";

/** What the world does to a gateway, or to the tailnets around it, and a laboratory does not by itself. */
export interface Variant {
  /** As `npm run lab -- --help` says it, after the name. */
  readonly what: string;
  /** Changes a laboratory that is up, and comes back when it is as wanted. It goes with the laboratory. */
  apply(lab: Lab): Promise<void>;
}

/** By the name under which tests and `npm run lab -- up --variant NAME` ask for one. */
export const variants = {
  docker,
  lxc,
  "many-keys": manyKeys,
  "no-user-namespaces": noUserNamespaces,
  "own-firewall": ownFirewall,
  "wrong-clock": wrongClock,
  "lan-resolver": lanResolver,
  "resolver-in-route": resolverInRoute,
  "wide-primary": widePrimary,
  "primary-exit": primaryExit,
  "control-on-gateway": controlOnGateway,
  networkd,
  "two-uplinks": twoUplinks,
  "dual-stack": dualStack,
  "six-only": sixOnly,
} satisfies Record<string, Variant>;

export type VariantName = keyof typeof variants;

export const variantNames = Object.keys(variants) as readonly VariantName[];
