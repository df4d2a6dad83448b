import {
  AUTH_KEY,
  type NetnsTailnetSpec,
  renderNetnsTailnet,
} from "../../components/render/netns-tailnet.ts";
import { HostError } from "../../providers/engine/errors.ts";
import type { Host } from "../../providers/engine/host.ts";
import type { Desired, Identity } from "../../providers/engine/kinds/desired.ts";
import { FakeHost } from "../fake-host.ts";
import { cases, tailnet, veth } from "../unit/components/cases.ts";
import { Stack, type Wish } from "./stack.ts";

/** A resource of a gateway as the components make it. */
export interface Resource {
  readonly key: string;
  readonly wish: Wish;
}

/** A node of a tailnet; `more` is what differs from the ordinary. */
export function node(more: Partial<NetnsTailnetSpec> = {}): Resource {
  const spec = { ...tailnet, ...more };
  const secrets = { [AUTH_KEY]: "tskey-right" };
  return { key: `tailnet-${spec.name}`, wish: { desired: renderNetnsTailnet(spec), secrets } };
}

/** A gateway with two tailnets, one of which has a port and names; each after what it depends on. */
export const HOME: readonly Resource[] = [
  { key: "gateway", wish: { desired: rendered("gateway") } },
  node(),
  { key: "socks-work", wish: { desired: rendered("socks-bridge") } },
  { key: "dns-work", wish: { desired: rendered("suffix-dns") } },
  node({ name: "lab", veth: veth("10.200.0.8/30"), hostname: "home-lab" }),
];

function rendered(name: string): Desired {
  const desired = cases[name];
  if (desired === undefined) throw new Error(`nothing is rendered as ${name}`);
  return desired;
}

/** A host that has what a gateway needs: its packages can be installed, its archives be fetched. */
export function homeHost(): FakeHost {
  const host = new FakeHost();
  for (const { wish } of HOME) {
    for (const [name, { keepOff }] of Object.entries(wish.desired.packages))
      host.packages.known[name] = keepOff;
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
