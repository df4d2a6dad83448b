// Two gateways that offer the same of one tailnet: where one is off, the other leads there. For clients that cannot use 4via6, a
// network that nobody has stands for the tailnet's own: 10.107.0.50 is 10.0.0.50 there.
//
// Set gateways as examples/several-gateways says, and two keys, each good for several logins:
//   pulumi config set --secret workAuthKey
//   pulumi config set --secret primaryAuthKey

import { Config } from "@pulumi/pulumi";
import { Gateway, NetnsTailnet, RouteBridge } from "pulumi-tsproxy";

interface Site {
  readonly host: string;
  readonly hostKey: string;
  readonly primaryAddress: string;
}

const config = new Config();
const sites = config.requireObject<Record<string, Site>>("gateways");

/** The same on each: what differs would collide, because clients cannot tell the gateways apart. */
const offer = { site: 7, networks: ["10.0.0.0/24"], map: { "10.107.0.0/24": "10.0.0.0/24" } };

/** What approves the routes of each; empty where nothing waits. */
export const toApprove = Object.fromEntries(
  Object.entries(sites).map(([site, { host, hostKey, primaryAddress }]) => {
    const gateway = new Gateway(site, { ssh: { host, hostKey }, primaryAddress });
    const name = `${site}-work`;
    const work = new NetnsTailnet(
      name,
      { gateway, name: "work", hostname: name, authKey: config.requireSecret("workAuthKey") },
      { parent: gateway },
    );
    const routes = new RouteBridge(
      name,
      { tailnet: work, ...offer, authKey: config.requireSecret("primaryAuthKey") },
      { parent: work },
    );
    return [site, routes.toApprove];
  }),
);
