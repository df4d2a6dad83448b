import type { TailnetNames } from "../names.ts";
import type { Place } from "../place/place.ts";
import type { Part } from "../unit/part.ts";
import type { Link } from "./link.ts";
import { type NodeSpec, tailscaleLink, tailscaleNode } from "./tailscale.ts";

/** A way of carrying the traffic of a tailnet's place. */
interface LinkKind {
  link(names: TailnetNames): Link;
  /** The units and files that make it. */
  part(spec: NodeSpec, names: TailnetNames, place: Place): Part;
  /** Host of the server that the place must reach for it, a name or an address. */
  server(spec: NodeSpec): string;
}

/** What can carry the traffic of a tailnet's place, by the name that a spec has for it. */
export const links = {
  tailscale: {
    link: tailscaleLink,
    part: tailscaleNode,
    server: ({ loginServer }) => new URL(loginServer).hostname,
  },
} satisfies Readonly<Record<string, LinkKind>>;

export type LinkName = keyof typeof links;

export const DEFAULT_LINK: LinkName = "tailscale";
