import { UPSTREAM_DNS } from "../names.ts";
import { fill } from "../template.ts";

/** Addresses inside a namespace at which its resolver completes what Tailscale's has answered. No process asks there but the resolver. */
const SUFFIX_INNER = { ipv6: "127.0.0.4", denies: "127.0.0.5", empty: "127.0.0.6" } as const;

/** The same, for names that were not asked for under a suffix. */
export const DOMAINS_DENIED = "127.0.0.7";

/** What allows resolvers to remember that there is nothing, for a minute. `zone` ends in a dot. */
export function soa(zone: string): string {
  return `${zone} 60 IN SOA ns.${zone} hostmaster.${zone} 1 3600 600 86400 60`;
}

/** Snippets for the resolvers inside namespaces: the Gateway's file, and part of what each of them is started with. */
export function tailnetDns(): string {
  return fill("dns/tailnet.Corefile", {
    upstream: UPSTREAM_DNS,
    // as CoreDNS fills it in: the suffix
    soa: soa("{{ .Zone }}"),
    ...SUFFIX_INNER,
  });
}
