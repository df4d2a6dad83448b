import type { Lab } from "../../test/lab/index.ts";
import type { Way } from "../../test/lab/proofs.ts";
import type { Chain } from "../results.ts";
import type { Route } from "./load.ts";
import type { KeptChain } from "./other-server.ts";
import { type SeedChain, seedRelays, seedSocksUnit } from "./seed-chain.ts";

/** What is measured: a route, and what lies on it. */
export interface Candidate extends Pick<Chain, "name" | "relay" | "socks" | "whose"> {
  readonly route: Route;
  /** On the gateway. Undefined: nothing of ours or the seed's is on the route. */
  readonly units?: { readonly relay: string; readonly socks: string };
  /** Name of another one of the same programs: sessions are held through that one only. */
  readonly isLike?: string;
}

/** Port of the web server in the office's LAN, and of that on the gateway. */
export const WEB_PORT = 8080;

/** Every relay and SOCKS server that the components offer, the seed's, and the tunnels with nothing between. */
export function candidates(lab: Lab, way: Way, singBox: KeptChain, seed: SeedChain): Candidate[] {
  const gateway = lab.hosts.gateway.tailnetAddress;
  const target = `10.0.0.50:${WEB_PORT}`;
  return [
    {
      name: "pulumi-tsproxy",
      relay: "systemd-socket-proxyd",
      socks: "sing-box",
      whose: "ours",
      route: { from: "client", proxy: `${gateway}:${singBox.port}`, target },
      units: singBox.units,
    },
    {
      name: 'pulumi-tsproxy, server "dante"',
      relay: "systemd-socket-proxyd",
      socks: "Dante",
      whose: "ours",
      route: { from: "client", proxy: `${gateway}:${way.port}`, target },
      units: {
        relay: `tsproxy-${way.name}-relay.service`,
        socks: `tsproxy-${way.name}-socks.service`,
      },
    },
    ...seedRelays.map(
      ({ name, unit, port }, index): Candidate => ({
        name: `socat and Dante by hand${name}`,
        relay: "socat, a process per connection",
        socks: "Dante",
        whose: "seed",
        route: { from: "client", proxy: `${gateway}:${port}`, target },
        units: { relay: unit, socks: seedSocksUnit },
        ...(index > 0 && { isLike: "socat and Dante by hand" }),
      }),
    ),
    {
      name: "first tunnel alone",
      relay: "none",
      socks: "none",
      whose: "none",
      route: { from: "client", target: `${gateway}:${WEB_PORT}` },
    },
    {
      name: "second tunnel alone",
      relay: "none",
      socks: "none",
      whose: "none",
      route: { from: "gateway", netns: seed.netns, target },
    },
  ];
}
