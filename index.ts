import { Config } from "@pulumi/pulumi";
import { gatewaysFrom } from "pulumi-tsproxy";

const config = new Config("tsproxy");
const gateways = gatewaysFrom(config.requireObject("gateways"), config.getObject("secrets"));

/** For each SOCKS port one line to try it with. */
export const tryIt = Object.fromEntries(
  Object.entries(gateways).flatMap(([gateway, { tailnets }]) =>
    Object.entries(tailnets).flatMap(([name, { socks }]) =>
      socks ? [[`${gateway}/${name}`, socks.tryIt]] : [],
    ),
  ),
);

/** Of each tailnet, the addresses of its node. */
export const addresses = Object.fromEntries(
  Object.entries(gateways).flatMap(([gateway, { tailnets }]) =>
    Object.entries(tailnets).map(([name, { tailnet }]) => [`${gateway}/${name}`, tailnet.addresses]),
  ),
);
