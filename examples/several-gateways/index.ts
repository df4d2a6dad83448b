// The same tailnets on several gateways, from a list. Clients use whichever is near.
//
// Each gateway needs an entry; ports and suffixes may be the same everywhere, because they are unique per host:
//   pulumi config set --path 'gateways.east.host' gw-east.lan
//   pulumi config set --path 'gateways.east.hostKey' 'ssh-ed25519 AAAA…'
//   pulumi config set --path 'gateways.east.primaryAddress' 100.64.0.10
//   pulumi config set --secret workAuthKey    # a reusable key: every gateway logs in with it
//   pulumi config set --secret labAuthKey

import { Config } from "@pulumi/pulumi";
import { Gateway, NetnsTailnet, SocksBridge, SuffixDns } from "pulumi-tsproxy";

interface Site {
  readonly host: string;
  readonly hostKey: string;
  readonly primaryAddress: string;
}

const config = new Config();
const sites = config.requireObject<Record<string, Site>>("gateways");
const tailnets = { work: 11080, lab: 11081 };

/** One tailnet on a gateway. Names of resources are unique in a stack, names on a host only there. */
function addTailnet(gateway: Gateway, site: string, name: string, port: number) {
  const authKey = config.requireSecret(`${name}AuthKey`);
  const tailnet = new NetnsTailnet(
    `${site}-${name}`,
    { gateway, name, authKey, hostname: `${site}-${name}` },
    { parent: gateway },
  );
  new SuffixDns(`${site}-${name}`, { tailnet, suffix: `${name}.internal` }, { parent: tailnet });
  return new SocksBridge(`${site}-${name}`, { tailnet, port }, { parent: tailnet }).url;
}

/** SOCKS URLs by gateway and tailnet. */
export const urls = Object.fromEntries(
  Object.entries(sites).map(([site, { host, hostKey, primaryAddress }]) => {
    const gateway = new Gateway(site, { ssh: { host, hostKey }, primaryAddress });
    const ports = Object.entries(tailnets).map(([name, port]) => [
      name,
      addTailnet(gateway, site, name, port),
    ]);
    return [site, Object.fromEntries(ports)];
  }),
);
