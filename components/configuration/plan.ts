import type { GatewayArgs, GatewaySettings } from "../arguments/gateway.ts";
import type { TailnetArgs, TailnetSettings } from "../arguments/netns-tailnet.ts";
import type { PartSettings } from "../catalogue.ts";
import type { Known } from "../clients/known.ts";
import { GATEWAYS } from "./tree.ts";

/** A gateway of the configuration, with arguments that nothing is wrong with. */
export interface GatewayPlan {
  readonly name: string;
  readonly args: GatewayArgs;
  /** The arguments with every default filled in. */
  readonly settings: GatewaySettings;
  readonly tailnets: readonly TailnetPlan[];
}

export interface TailnetPlan {
  /** In the configuration. */
  readonly key: string;
  /** Name of the components: `<gateway>-<key>`. */
  readonly name: string;
  /** `name`, the name on the host, is always given. */
  readonly args: TailnetArgs;
  /** The arguments with every default filled in. */
  readonly settings: TailnetSettings;
  /** What stands on the tailnet. */
  readonly parts: Readonly<Partial<PartSettings>>;
}

/** What clients have to do with, tailnet by tailnet. */
export function knownOf({ settings, tailnets }: GatewayPlan): Known[] {
  return tailnets.map(({ settings: { spec }, parts }) => ({
    site: { gateway: settings.spec, tailnet: spec },
    parts,
  }));
}

/** What to warn of when the one port of a gateway leads to no tailnet: one text, or none. */
export function toNowhere({ name, settings: { spec }, tailnets }: GatewayPlan): string[] {
  const leads = tailnets.some(({ parts }) => (parts.socks?.onePortNames.length ?? 0) > 0);
  if (spec.onePort === null || leads) return [];
  return [
    `${GATEWAYS}.${name}.onePort: leads nowhere, because no tailnet of the gateway has a "socks" with names for it`,
  ];
}
