import { networkOf } from "../../components/render/ipv4.ts";
import { defaultVeth, vethOf } from "../../components/render/place/veth.ts";
import type { Lab } from "./index.ts";
import { LAN_HOST, type Proof, says, type Way } from "./proofs.ts";
import { get, opens, schemeOf } from "./proxies.ts";

/** What a client reaches through the port that leads to every tailnet, and what must be refused there. */
export function onePortProofs(lab: Lab, port: number, ways: readonly Way[]): Proof[] {
  const proxies = ["socks5h", "http"].map(
    (scheme) => `${scheme}://${lab.hosts.gateway.tailnetAddress}:${port}`,
  );
  return proxies.flatMap((proxy) => [
    ...ways.flatMap((way) => reachedByName(proxy, way)),
    ...refused(lab, ways).map(([target, at]) =>
      says(`the one port${schemeOf(proxy)}: ${target}:${at} is closed`, opens(proxy, target, at), ""),
    ),
  ]);
}

function reachedByName(proxy: string, { name, suffix, site }: Way): Proof[] {
  const title = `the one port${schemeOf(proxy)}: ${name}`;
  return [
    says(`${title} by ${LAN_HOST}.${suffix}`, get(proxy, `${LAN_HOST}.${suffix}`), `${site} ${LAN_HOST}`),
    says(`${title} by ${site}.${suffix}`, get(proxy, `${site}.${suffix}`), `${site} itself`),
    says(`${title}, and its open ports are told apart`, opens(proxy, `${site}.${suffix}`, 22), "open"),
  ];
}

/** By address everything, a tailnet's own machines too; by name all that no tailnet has. */
function refused({ hosts: { gateway, client, mirror } }: Lab, ways: readonly Way[]): [string, number][] {
  return [
    [LAN_HOST, 80],
    ["100.64.0.1", 22],
    ["127.0.0.1", 1080],
    ["127.0.0.1", 22],
    ["127.0.0.2", 11080],
    ["[::1]", 22],
    ["[::ffff:127.0.0.1]", 1080],
    ["localhost", 1080],
    [gateway.address, 22],
    [gateway.tailnetAddress, 22],
    [client.address, 22],
    [client.tailnetDomain, 22],
    [mirror.address, 80],
    ["pub.internet", 80],
    ...ways.flatMap(({ name, suffix, site }): [string, number][] => {
      const veth = vethOf(networkOf(defaultVeth(name)));
      return [
        [veth.host, 22],
        [veth.inside, 53],
        [`127.0.0.1.${suffix}`, 53],
        [`${veth.host}.${suffix}`, 22],
        [`${veth.inside}.${suffix}`, 53],
        [`${gateway.address}.${suffix}`, 22],
        [`${site}.x${suffix}`, 22],
        [`${site}.${suffix}.internet`, 22],
        [suffix, 22],
        ...ways
          .filter((other) => other.name !== name)
          .map((other): [string, number] => [`${other.site}.${suffix}`, 22]),
      ];
    }),
  ];
}
