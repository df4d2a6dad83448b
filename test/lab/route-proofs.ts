import { dig, LAN_HOST, type Proof, says, type Way } from "./proofs.ts";

/** Where the addresses of a site begin, up to the IPv4 address. */
export function siteAddress(site: number): string {
  return `fd7a:115c:a1e0:b1a:0:${site.toString(16)}`;
}

/** What a client gets of a tailnet by the routes of its RouteBridge, with no proxy. */
export function routedProofs(gateway: string, { name, suffix, site, route }: Way): Proof[] {
  if (route === undefined) return [];
  const via = siteAddress(route);
  const page = (address: string) => `curl -s -m 6 'http://[${via}:${address}]/'`;
  const asked = (host: string, type: string) => dig(gateway, `${host}.${suffix}`, type);
  return [
    says(`${name} by its routes: a machine behind it`, page(LAN_HOST), `${site} ${LAN_HOST}`),
    says(`${name} by its routes: a machine of its own`, page("240.64.0.1"), `${site} itself`),
    says(
      `${name} by its routes: ping`,
      `ping -c 1 -W 5 '${via}:${LAN_HOST}' >/dev/null && echo answered`,
      "answered",
    ),
    says(`${name}: DNS leads ${LAN_HOST}.${suffix} there`, asked(LAN_HOST, "AAAA"), `${via}:a00:32`),
    says(`${name}: DNS leads ${site}.${suffix} there`, asked(site, "AAAA"), `${via}:f040:1`),
    says(`${name}: DNS leads nowhere else`, asked(LAN_HOST, "A"), ""),
    says(`${name} by its routes: the gateway's loopback is closed`, page("127.0.0.1"), ""),
    says(`${name} by its routes: Tailscale's resolver is closed`, page("240.100.100.100"), ""),
  ];
}
