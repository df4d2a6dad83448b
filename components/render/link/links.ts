import type { TailnetNames } from "../names.ts";
import type { ServerAddress } from "../place/namespace.ts";
import type { Place } from "../place/place.ts";
import type { Part } from "../unit/part.ts";
import type { Link } from "./link.ts";
import { type NodeSpec, ownNode, tailscaleLink } from "./tailscale.ts";

/** A way of carrying the traffic of a tailnet's place. */
interface LinkKind {
  link(names: TailnetNames): Link;
  /** The units and files that make it. */
  part(spec: NodeSpec & { readonly userNamespace: boolean }, names: TailnetNames, place: Place): Part;
  /** The server that the place must reach for it. */
  server(spec: NodeSpec): ServerAddress;
}

/** What can carry the traffic of a tailnet's place, by the name that a spec has for it. */
export const links = {
  tailscale: {
    link: tailscaleLink,
    part: ownNode,
    server: ({ loginServer }) => controlServer(new URL(loginServer)),
  },
} satisfies Readonly<Record<string, LinkKind>>;

export type LinkName = keyof typeof links;

export const DEFAULT_LINK: LinkName = "tailscale";

/** The host and port that a URL of a control server leads to. */
export function controlServer({ hostname, port, protocol }: URL): ServerAddress {
  return { host: hostname, port: Number(port) || (protocol === "http:" ? 80 : 443) };
}
