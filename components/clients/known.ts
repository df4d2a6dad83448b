import type { PartSettings, TailnetSite } from "../catalogue.ts";
import type { ClientFacts, GatewayFacts, TailnetFacts } from "../render/clients/facts.ts";
import { speaksHttp } from "../render/server/servers.ts";

/** What is known of a tailnet of a gateway: all of it, or what one component of it knows. */
export interface Known {
  readonly site: TailnetSite;
  readonly parts: Partial<PartSettings>;
}

/** What clients need of it, in the order in which gateways and tailnets come first. */
export function factsOf(all: readonly Known[]): ClientFacts {
  const gateways = [...new Set(all.map(({ site }) => site.gateway))];
  return gateways.map((gateway): GatewayFacts => {
    const own = all.filter(({ site }) => site.gateway === gateway);
    const names = [...new Set(own.map(({ site }) => site.tailnet.name))];
    return {
      address: gateway.primaryAddress,
      ...(gateway.dnsPort !== 53 && { dnsPort: gateway.dnsPort }),
      ...(gateway.onePort !== null && { onePort: gateway.onePort.port }),
      tailnets: Object.fromEntries(
        names.map((name) => {
          const parts = own.filter(({ site }) => site.tailnet.name === name).map((one) => one.parts);
          return [name, tailnetOf(Object.assign({}, ...parts))];
        }),
      ),
    };
  });
}

/** What is not there has no key: facts are shown. */
function tailnetOf({ socks, route, dns }: Partial<PartSettings>): TailnetFacts {
  const users = Object.keys(socks?.users ?? {}).sort();
  return {
    ...(socks && { port: socks.port }),
    ...(socks && speaksHttp(socks.server) && { speaksHttp: true }),
    ...(users.length > 0 && { users }),
    ...(dns && { suffix: dns.suffix }),
    ...(dns && dns.domains.length > 0 && { domains: dns.domains }),
    ...(route && { isRouted: true }),
  };
}
