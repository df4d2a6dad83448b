import { all, Config, type Output } from "@pulumi/pulumi";
import { gatewaysFrom } from "pulumi-tsproxy";

const config = new Config("tsproxy");
const gateways = gatewaysFrom(config.getObject("gateways"), config.getObject("secrets"));

/** For each SOCKS port one line to try it with. */
export const tryIt = Object.fromEntries(
  Object.entries(gateways).flatMap(([gateway, { tailnets }]) =>
    Object.entries(tailnets).flatMap(([name, { socks }]) =>
      socks ? [[`${gateway}/${name}`, socks.tryIt]] : [],
    ),
  ),
);

/** Of each tailnet, the addresses that its node has there. */
export const nodeAddresses = Object.fromEntries(
  Object.entries(gateways).flatMap(([gateway, { tailnets }]) =>
    Object.entries(tailnets).map(([name, { tailnet }]) => [`${gateway}/${name}`, tailnet.addresses]),
  ),
);

/** Where the one port of a gateway is that leads to every tailnet by name. */
export const onePort = present(
  Object.fromEntries(Object.entries(gateways).map(([name, { gateway }]) => [name, gateway.url])),
);

/** Of each RouteBridge whose routes wait for approval, what approves them. */
export const toApprove = present(
  Object.fromEntries(
    Object.entries(gateways).flatMap(([gateway, { tailnets }]) =>
      Object.entries(tailnets).flatMap(([name, { route }]) =>
        route ? [[`${gateway}/${name}`, route.toApprove]] : [],
      ),
    ),
  ),
);

/** Those that are not empty. */
function present(texts: Record<string, Output<string>>): Output<Record<string, string>> {
  return all(texts).apply((known) =>
    Object.fromEntries(Object.entries(known).filter(([, text]) => text !== "")),
  );
}
