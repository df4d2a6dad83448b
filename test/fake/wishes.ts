import { FakeHost } from "../fake-host.ts";
import { WORK } from "../unit/components/cases.ts";
import { homeWith, type Resource, RIGHT_KEY } from "./home.ts";

/** A host in memory that finds on the internet what a gateway downloads. */
export function gatewayHost(authKey = RIGHT_KEY): FakeHost {
  const host = new FakeHost();
  for (const { wish } of gatewayWishes()) {
    for (const name of Object.keys(wish.desired.packages)) host.packages.known[name] ??= [];
    for (const { archives, members } of Object.values(wish.desired.downloads)) {
      const texts = Object.fromEntries(Object.keys(members).map((name) => [name, "ELF"]));
      for (const { url, sha256 } of Object.values(archives)) host.internet[url] = { sha256, members: texts };
    }
  }
  host.tailnet.keys.clear();
  host.tailnet.keys.add(authKey);
  return host;
}

/**
 * What the components of a whole gateway with one tailnet want, in the order in which they are made.
 *
 * @param authKey any text, also one that the arguments of a tailnet would refuse.
 */
export function gatewayWishes(authKey = RIGHT_KEY): readonly Resource[] {
  return homeWith({ work: WORK }).map(({ key, wish }) => {
    const secrets = Object.keys(wish.secrets ?? {}).map((name) => [name, authKey]);
    return { key, wish: { ...wish, secrets: Object.fromEntries(secrets) } };
  });
}
