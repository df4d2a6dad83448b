import { resourcesFrom } from "../../components/resources.ts";
import { HostError } from "../../providers/engine/errors.ts";
import type { Host } from "../../providers/engine/host.ts";
import type { Identity } from "../../providers/engine/kinds/desired.ts";
import { FakeHost } from "../fake-host.ts";
import { cases, GATEWAY_ARGS, WORK } from "../unit/components/cases.ts";
import { Stack, type Wish } from "./stack.ts";

/** A resource of a gateway as the components make it. */
export interface Resource {
  readonly key: string;
  readonly wish: Wish;
}

/** The auth key that tailnets let in. */
export const RIGHT_KEY = "tskey-right";

/**
 * What the components of a gateway with these tailnets want, in the order in which they are made.
 *
 * @param tailnets value of `tsproxy:gateways.home.tailnets`.
 */
export function homeWith(tailnets: Readonly<Record<string, object>>): readonly Resource[] {
  const keys = Object.keys(tailnets).map((name) => [`home/${name}/authKey`, RIGHT_KEY]);
  const gateways = { home: { ...GATEWAY_ARGS, tailnets } };
  return resourcesFrom(gateways, Object.fromEntries(keys)).map(({ key, desired, secrets }) => ({
    key,
    wish: { desired, secrets },
  }));
}

/** A gateway with two tailnets, one of which has a port and names; each after what it depends on. */
export const HOME = homeWith({ work: WORK, lab: { veth: "10.200.0.8/30" } });

/** The node of tailnet work; `more` are arguments that differ from the ordinary. */
export function node(more: Readonly<Record<string, unknown>> = {}): Resource {
  const [, work] = homeWith({ work: { ...WORK, ...more } });
  if (work === undefined) throw new Error("no tailnet at home");
  return work;
}

/**
 * A gateway with one tailnet, and a port and names of that.
 *
 * @param authKey any text, also one that the arguments of a tailnet would refuse.
 */
export function oneTailnet(authKey = RIGHT_KEY): readonly Resource[] {
  return homeWith({ work: WORK }).map(({ key, wish }) => {
    const secrets = Object.keys(wish.secrets ?? {}).map((name) => [name, authKey]);
    return { key, wish: { ...wish, secrets: Object.fromEntries(secrets) } };
  });
}

/** What any gateway has apt install, with the units that the packages bring. */
export const PACKAGES = Object.fromEntries(
  Object.values(cases)
    .flatMap(({ packages }) => Object.entries(packages))
    .map(([name, { keepOff }]) => [name, keepOff]),
);

/**
 * A host that has what a gateway needs: its packages can be installed, its archives be fetched.
 *
 * @param authKey the only one that its tailnets let in.
 */
export function homeHost(authKey = RIGHT_KEY): FakeHost {
  const host = new FakeHost();
  Object.assign(host.packages.known, PACKAGES);
  host.tailnet.keys.clear();
  host.tailnet.keys.add(authKey);
  for (const { wish } of HOME) {
    for (const { archives, members } of Object.values(wish.desired.downloads)) {
      const { url = "", sha256 = "" } = archives.x86_64 ?? {};
      const texts = Object.fromEntries(Object.keys(members).map((name) => [name, `${name} of ${url}`]));
      host.internet[url] = { sha256, members: texts };
    }
  }
  return host;
}

/** The stack that each resource is to Pulumi's engine, in the order of `resources`. */
export function stacksOf(
  host: Host,
  resources: readonly Resource[] = HOME,
  identity: Partial<Identity> = {},
): { readonly stack: Stack; readonly resource: Resource }[] {
  return resources.map((resource) => ({
    resource,
    stack: new Stack(host, { ...identity, key: resource.key, sweeps: resource.key === "gateway" }),
  }));
}

/** A host that does not answer. */
export function switchedOff(host: Host): Host {
  const refuse = () =>
    Promise.reject(
      new HostError("unreachable", { host: host.name, doing: "connect to port 22", because: "no answer" }),
    );
  return { name: host.name, look: refuse, apply: refuse, contents: refuse };
}
