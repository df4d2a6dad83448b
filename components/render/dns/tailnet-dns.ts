import { TAILSCALE } from "../link/tailscale-network.ts";
import { UPSTREAM_DNS } from "../names.ts";
import { fill } from "../template.ts";

/** As CoreDNS fills it in: `.Zone` is the suffix with its dot. */
const SOA = "{{ .Zone }} 60 IN SOA ns.{{ .Zone }} hostmaster.{{ .Zone }} 1 3600 600 86400 60";

/** Snippets for the resolvers inside namespaces: the Gateway's file, and part of what each of them is started with. */
export function tailnetDns(): string {
  return fill("dns/tailnet.Corefile", { upstream: UPSTREAM_DNS, soa: SOA, tailscale: TAILSCALE.resolver });
}
