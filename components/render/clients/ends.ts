import type { ClientFacts, GatewayFacts, TailnetFacts } from "./facts.ts";

/** A port that leads into a tailnet. */
export interface ProxyPort {
  readonly address: string;
  readonly port: number;
  readonly speaksHttp: boolean;
  /** The first of those who may log in; `null`: there are no logins. */
  readonly user: string | null;
}

export interface Resolver {
  readonly address: string;
  readonly port: number;
}

/** A tailnet, at whichever gateways. */
export interface Tailnet {
  readonly name: string;
  /** The first is used as long as it answers. */
  readonly proxies: readonly ProxyPort[];
  readonly isRouted: boolean;
}

/** Where names that end alike lead. */
export interface End {
  /** `work.internal`. Of two that a name has, the longer one counts. */
  readonly name: string;
  readonly tailnet: string;
  /** False: a domain of the tailnet, whose sites may have certificates. */
  readonly isSuffix: boolean;
  /** Those at which names with this end are known. Empty: there is no proxy. */
  readonly proxies: readonly ProxyPort[];
  readonly resolvers: readonly Resolver[];
}

/** The tailnets of all gateways, in their order. */
export function tailnetsOf(facts: ClientFacts): Tailnet[] {
  const all = facts.flatMap((gateway) =>
    Object.entries(gateway.tailnets).map(([name, tailnet]) => ({ name, gateway, tailnet })),
  );
  return [...new Set(all.map(({ name }) => name))].map((name) => {
    const same = all.filter((one) => one.name === name);
    return {
      name,
      proxies: same.flatMap(({ gateway, tailnet }) => proxiesOf(gateway, tailnet)),
      isRouted: same.some(({ tailnet }) => tailnet.isRouted === true),
    };
  });
}

/** All ends of names, the longest first. */
export function endsOf(facts: ClientFacts): End[] {
  const ends = new Map<string, End>();
  for (const gateway of facts) {
    for (const [tailnet, own] of Object.entries(gateway.tailnets)) {
      const resolver = { address: gateway.address, port: gateway.dnsPort ?? 53 };
      for (const name of namesOf(own)) {
        const known = ends.get(name);
        ends.set(name, {
          name,
          tailnet,
          isSuffix: (known?.isSuffix ?? false) || name === own.suffix,
          proxies: [...(known?.proxies ?? []), ...proxiesOf(gateway, own)],
          resolvers: [...(known?.resolvers ?? []), resolver],
        });
      }
    }
  }
  return [...ends.values()].sort(
    (one, other) => other.name.length - one.name.length || (one.name < other.name ? -1 : 1),
  );
}

/**
 * The ends that lead to a proxy, the longest first. Among them are those that lead to none though a shorter end of their
 * names does: they have no proxies.
 */
export function proxied(ends: readonly End[]): End[] {
  const hasProxy = ({ proxies }: End) => proxies.length > 0;
  return ends.filter(
    (end) => hasProxy(end) || ends.some((other) => hasProxy(other) && isBelow(end.name, other.name)),
  );
}

/** Whether `name` is below `domain`. */
export function isBelow(name: string, domain: string): boolean {
  return name.endsWith(`.${domain}`);
}

/** Suffix and domains. */
export function namesOf({ suffix, domains = [] }: TailnetFacts): string[] {
  return [...(suffix === undefined ? [] : [suffix]), ...domains];
}

function proxiesOf(
  { address }: GatewayFacts,
  { port, speaksHttp = false, users = [] }: TailnetFacts,
): ProxyPort[] {
  return port === undefined ? [] : [{ address, port, speaksHttp, user: users[0] ?? null }];
}
