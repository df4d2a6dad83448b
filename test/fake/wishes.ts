import type { Desired } from "../../providers/engine/kinds/desired.ts";
import { FakeHost } from "../fake-host.ts";
import { cases } from "../unit/components/cases.ts";
import type { Wish } from "./stack.ts";

/** The auth key that the tailnet of {@link gatewayHost} lets in. */
export const RIGHT_KEY = "tskey-right";

/** A host in memory that finds on the internet what a gateway downloads. */
export function gatewayHost(authKey = RIGHT_KEY): FakeHost {
  const host = new FakeHost();
  for (const { wish } of gatewayWishes())
    for (const name of Object.keys(wish.desired.packages)) host.packages.known[name] ??= [];
  for (const spec of Object.values(wanted("gateway").downloads)) {
    const members = Object.fromEntries(Object.keys(spec.members).map((name) => [name, "ELF"]));
    for (const archive of Object.values(spec.archives))
      if (archive !== undefined) host.internet[archive.url] = { sha256: archive.sha256, members };
  }
  host.tailnet.keys.clear();
  host.tailnet.keys.add(authKey);
  return host;
}

/** What the components of a whole gateway with one tailnet want, in the order in which they are made. */
export function gatewayWishes(authKey = RIGHT_KEY): readonly { readonly key: string; readonly wish: Wish }[] {
  return [
    { key: "gateway", wish: { desired: wanted("gateway") } },
    { key: "tailnet-work", wish: { desired: wanted("netns-tailnet"), secrets: { authKey } } },
    { key: "socks-work", wish: { desired: wanted("socks-bridge") } },
    { key: "dns-work", wish: { desired: wanted("suffix-dns") } },
  ];
}

function wanted(name: string): Desired {
  const desired = cases[name];
  if (desired === undefined) throw new Error(`nothing is rendered as ${name}`);
  return desired;
}
