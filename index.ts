import { Config } from "@pulumi/pulumi";
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
