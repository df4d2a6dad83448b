import type { Input } from "@pulumi/pulumi";
import type { SshSettings } from "./arguments/ssh.ts";
import { GATEWAY, PART_NAMES, PARTS, type PartName, TAILNET, type TailnetSite } from "./catalogue.ts";
import { factsOf } from "./clients/known.ts";
import { linesOf } from "./clients/lines.ts";
import { type Resource, resourceOf } from "./component.ts";
import { type GatewayPlan, knownOf, type TailnetPlan } from "./configuration/plan.ts";
import { readConfiguration } from "./configuration/read.ts";

export { clientFiles } from "./clients/files.ts";

/** A resource with what its gateway says about the host. */
export interface HostResource<Secret> extends Resource<Secret> {
  readonly ssh: SshSettings;
  readonly adopt: boolean;
}

/**
 * What the ready-made program registers with that configuration, in its order. Imports no Pulumi.
 *
 * @param gateways value of `tsproxy:gateways`.
 * @param secrets value of `tsproxy:secrets`, in the clear.
 * @throws ArgumentsError with everything that is wrong anywhere.
 */
export function resourcesFrom(gateways: unknown, secrets: unknown): HostResource<string>[] {
  return readConfiguration(gateways, secrets).flatMap(ofGateway);
}

/**
 * What clients need of the gateways of that configuration, for `clientFiles`; nothing of it is secret.
 *
 * @param gateways, secrets as in `resourcesFrom`.
 * @throws ArgumentsError with everything that is wrong anywhere.
 */
export function clientFactsFrom(gateways: unknown, secrets: unknown): string[] {
  return linesOf(factsOf(readConfiguration(gateways, secrets).flatMap(knownOf)));
}

function ofGateway({ name, settings, tailnets }: GatewayPlan): HostResource<string>[] {
  const { ssh, adopt } = settings;
  const host = resourceOf(GATEWAY, { name, settings, site: null }, []);
  return [host, ...tailnets.flatMap((plan) => ofTailnet(plan, settings, host.name))].map((resource) => ({
    ...resource,
    secrets: known(resource),
    ssh,
    adopt,
  }));
}

function ofTailnet(
  { name, settings, parts }: TailnetPlan,
  gateway: GatewayPlan["settings"],
  host: string,
): Resource<Input<string>>[] {
  const tailnet = resourceOf(TAILNET, { name, settings, site: gateway }, [host]);
  const site = { gateway: gateway.spec, tailnet: settings.spec };
  return [tailnet, ...PART_NAMES.flatMap((part) => ofPart(part, name, parts, site))];
}

function ofPart<Name extends PartName>(
  part: Name,
  name: string,
  parts: TailnetPlan["parts"],
  site: TailnetSite,
): Resource<Input<string>>[] {
  const settings = parts[part];
  if (settings === undefined) return [];
  return [resourceOf(PARTS[part], { name, settings, site }, [`${name}-${TAILNET.prefix}`])];
}

/** A configuration has strings; in a program of one's own, an output may be among them. */
function known({ name, secrets }: Resource<Input<string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).map(([key, value]) => {
      if (typeof value !== "string") throw new Error(`${name}: its ${key} is not known yet`);
      return [key, value];
    }),
  );
}
