import { all, Config, type Output } from "@pulumi/pulumi";
import { type ConfiguredTailnet, clientFactsOf, gatewaysFrom } from "pulumi-tsproxy";

const config = new Config("tsproxy");
const gateways = gatewaysFrom(config.getObject("gateways"), config.getObject("secrets"));

/** For each SOCKS port one line to try it with. */
export const tryIt = ofTailnets(({ socks }) => socks?.tryIt);

/** Of each tailnet, the addresses that its node has there. */
export const nodeAddresses = ofTailnets(({ tailnet }) => tailnet.addresses);

/** Where the one port of a gateway is that leads to every tailnet by name. */
export const onePort = present(
  Object.fromEntries(Object.entries(gateways).map(([name, { gateway }]) => [name, gateway.url])),
);

/** Of each RouteBridge whose routes wait for approval, what approves them. */
export const toApprove = present(ofTailnets(({ route }) => route?.toApprove));

/** What files for clients are made of: `pulumi stack output clientKit --json | npx pulumi-tsproxy clients FOLDER --facts -`. */
export const clientKit = clientFactsOf(gateways);

/** By `<gateway>/<tailnet>`, what `pick` finds at those that have it. */
function ofTailnets<T>(pick: (tailnet: ConfiguredTailnet) => T | undefined): Record<string, T> {
  return Object.fromEntries(
    Object.entries(gateways).flatMap(([gateway, { tailnets }]) =>
      Object.entries(tailnets).flatMap(([name, tailnet]) => {
        const found = pick(tailnet);
        return found === undefined ? [] : [[`${gateway}/${name}`, found]];
      }),
    ),
  );
}

/** Those that are not empty. */
function present(texts: Record<string, Output<string>>): Output<Record<string, string>> {
  return all(texts).apply((known) =>
    Object.fromEntries(Object.entries(known).filter(([, text]) => text !== "")),
  );
}
