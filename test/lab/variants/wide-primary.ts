import type { Variant } from "./index.ts";
import { advertiseAtHome, setAtGateway } from "./primary-routes.ts";

/** Covers the pairs of the namespaces, and the LANs behind the other tailnets. */
const ROUTE = "0.0.0.0/1";

export const widePrimary: Variant = {
  what: `the client advertises ${ROUTE} to the primary tailnet, and the gateway accepts it`,
  async apply(lab) {
    await advertiseAtHome(lab, `--advertise-routes=${ROUTE}`, [ROUTE]);
    await setAtGateway(lab, ["--accept-routes"], "10.200.0.1");
  },
};
