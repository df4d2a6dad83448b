import { networkOf } from "../../components/render/ipv4.ts";
import { defaultVeth, vethOf } from "../../components/render/place/veth.ts";
import type { HostName, Lab } from "./index.ts";
import { get, opens, proxiesOf, schemeOf } from "./proxies.ts";
import { routedProofs } from "./route-proofs.ts";

/** One sentence about the gateway that a command on a host shows to be true. */
export interface Proof {
  readonly says: string;
  /** Host whose shell runs the command. */
  readonly on: HostName;
  readonly command: string;
  /** Whether the answer (standard output without the last newline) is the one that proves it. */
  readonly holds: (answer: string) => boolean;
  /** What is expected, in words. */
  readonly expects: string;
}

export interface Proven extends Proof {
  readonly answer: string;
  readonly passed: boolean;
}

/** Where a tailnet is found by clients of the gateway. */
export interface Way {
  /** Name of the tailnet on the gateway. */
  readonly name: string;
  /** Control server of the laboratory that it belongs to. */
  readonly tailnet: "work" | "lab";
  /** Host of the laboratory that is behind it. */
  readonly site: "office" | "plant";
  readonly port: number;
  readonly suffix: string;
  /** What serves there. @default "sing-box" */
  readonly server?: "dante" | "sing-box";
  /** `name:password` of one of its users. @default it has none */
  readonly login?: string;
  /** Site of its RouteBridge; names lead clients there. @default it has none */
  readonly route?: number;
}

export const WORK: Way = { name: "work", tailnet: "work", site: "office", port: 11080, suffix: "work" };
/** Served by the other server. */
export const LAB: Way = {
  name: "lab",
  tailnet: "lab",
  site: "plant",
  port: 11081,
  suffix: "lab",
  server: "dante",
};

/** Addresses of a web server on every LAN; each answers with the name of its own site. */
export const LAN_HOST = "10.0.0.50";
const LAN_HOST6 = "fd00:1::50";
/** The second one as it stands under a suffix. */
const LAN_LABEL6 = "fd00-1--50";

/** The main job, and what must not be possible. */
export function proofsOf(lab: Lab, ways: readonly Way[]): Proof[] {
  const gateway = lab.hosts.gateway.tailnetAddress;
  return [
    says("the client's own LAN stays its own", get(null, LAN_HOST), `client ${LAN_HOST}`),
    ...ways.flatMap((way) => reached(gateway, way)),
    ...ways.flatMap((way) => routedProofs(gateway, way)),
    ...ways.flatMap((way) => [...named(gateway, way), ...closed(lab, way), ...kept(lab, way)]),
    ...ways.flatMap((way) => ways.flatMap((other) => (other === way ? [] : apart(gateway, way, other)))),
    dnsStatus("names of nobody are refused", gateway, "pub.internet", "REFUSED"),
    ...ways.flatMap((way) => behind(lab, way)),
    ...outside(lab, ways),
  ];
}

/** What a client reaches through a tailnet's port. */
export function reached(gateway: string, way: Way): Proof[] {
  return proxiesOf(gateway, way).flatMap((proxy) => reachedBy(proxy, way));
}

function reachedBy(proxy: string, { name, suffix, site }: Way): Proof[] {
  const title = `${name}${schemeOf(proxy)}`;
  return [
    says(`${title}: by address`, get(proxy, LAN_HOST), `${site} ${LAN_HOST}`),
    says(`${title}: by ${LAN_HOST}.${suffix}`, get(proxy, `${LAN_HOST}.${suffix}`), `${site} ${LAN_HOST}`),
    says(`${title}: by [${LAN_HOST6}]`, get(proxy, `[${LAN_HOST6}]`), `${site} ${LAN_HOST}`),
    says(
      `${title}: by ${LAN_LABEL6}.${suffix}`,
      get(proxy, `${LAN_LABEL6}.${suffix}`),
      `${site} ${LAN_HOST}`,
    ),
    says(`${title}: by ${site}.${suffix}`, get(proxy, `${site}.${suffix}`), `${site} itself`),
    // every tailnet has a 100.64.0.1; that of the client's own is the gateway
    says(`${title}: by the site's address in its tailnet`, get(proxy, "100.64.0.1"), `${site} itself`),
    says(`${title}: by that of IPv6`, get(proxy, "[fd7a:115c:a1e0::1]"), `${site} itself`),
    says(`${title}: ports that are open are told apart`, opens(proxy, `${site}.${suffix}`, 22), "open"),
  ];
}

/** What the gateway's DNS server answers about a tailnet's suffix. */
function named(gateway: string, way: Way): Proof[] {
  const { name, suffix } = way;
  const inSuffix = (host: string) => `${host}.${suffix}`;
  return [
    ...(way.route === undefined ? namedForProxies(gateway, way) : []),
    dnsStatus(`${name}: DNS denies what is no address`, gateway, inSuffix("999.0.0.1"), "NXDOMAIN"),
    dnsStatus(`${name}: DNS denies names of nobody`, gateway, inSuffix("nosuch"), "NXDOMAIN"),
    dnsStatus(`${name}: DNS denies the gateway's loopback`, gateway, inSuffix("127.0.0.1"), "NXDOMAIN"),
    dnsStatus(`${name}: by IPv6 as well`, gateway, inSuffix("0--1"), "NXDOMAIN", "AAAA"),
  ];
}

/** Addresses for programs that connect through the port. */
function namedForProxies(gateway: string, { name, suffix, site }: Way): Proof[] {
  const inSuffix = (host: string) => `${host}.${suffix}`;
  return [
    says(`${name}: DNS answers ${inSuffix(LAN_HOST)}`, dig(gateway, inSuffix(LAN_HOST), "A"), LAN_HOST),
    says(
      `${name}: DNS answers ${inSuffix(LAN_LABEL6)}`,
      dig(gateway, inSuffix(LAN_LABEL6), "AAAA"),
      LAN_HOST6,
    ),
    dnsStatus(`${name}: and has no IPv4 for that`, gateway, inSuffix(LAN_LABEL6), "NOERROR"),
    says(`${name}: DNS answers ${inSuffix(site)}`, dig(gateway, inSuffix(site), "A"), "100.64.0.1"),
    says(`${name}: DNS has no IPv6 for addresses`, dig(gateway, inSuffix(LAN_HOST), "AAAA"), ""),
    dnsStatus(`${name}: which is no error`, gateway, inSuffix(LAN_HOST), "NOERROR", "AAAA"),
  ];
}

/** What a client must not reach through a tailnet's port: the gateway, its namespaces, the primary tailnet. */
function closed(lab: Lab, way: Way): Proof[] {
  const { gateway, client } = lab.hosts;
  const { name, suffix } = way;
  const veth = vethOf(networkOf(defaultVeth(name)));
  const targets: readonly [string, number][] = [
    // CoreDNS listens inside the namespace, sshd on every address of the host
    ["127.0.0.1", 53],
    [`127.0.0.1.${suffix}`, 53],
    ["127.0.0.1", 1080],
    [`0.0.0.0.${suffix}`, 53],
    ["[::1]", 53],
    ["[::]", 53],
    [`0--1.${suffix}`, 53],
    ["[::ffff:127.0.0.1]", 53],
    [`[::ffff:${veth.inside}]`, 53],
    [`[::ffff:${veth.host}]`, 22],
    [`[::ffff:${gateway.address}]`, 22],
    [veth.inside, 53],
    [`${veth.inside}.${suffix}`, 53],
    [veth.host, 22],
    [`${veth.host}.${suffix}`, 22],
    [gateway.address, 22],
    [`${gateway.address}.${suffix}`, 22],
    [client.address, 22],
    [`gateway.${suffix}`, 22],
    [`client.${suffix}`, 22],
    [client.tailnetDomain, 22],
    [`169.254.169.254.${suffix}`, 80],
  ];
  return proxiesOf(gateway.tailnetAddress, way).flatMap((proxy) =>
    targets.map(([target, at]) =>
      says(`${name}${schemeOf(proxy)}: ${target}:${at} is closed`, opens(proxy, target, at), ""),
    ),
  );
}

/** What goes through a tailnet's port goes to the tailnet or nowhere. */
function kept(lab: Lab, way: Way): Proof[] {
  const address = "$(getent hosts pub.internet | cut -d ' ' -f 1)";
  return [
    says("the internet answers the client itself", get(null, address), "pub"),
    ...proxiesOf(lab.hosts.gateway.tailnetAddress, way).map((proxy) =>
      says(
        `${way.name}${schemeOf(proxy)}: the internet is not reached past the tunnel`,
        opens(proxy, address, 80),
        "",
      ),
    ),
  ];
}

/** Two tailnets never meet. */
function apart(gateway: string, way: Way, other: Way): Proof[] {
  const veth = vethOf(networkOf(defaultVeth(other.name)));
  const targets: readonly [string, number][] = [
    [`${other.site}.${other.suffix}`, 22],
    [`${other.site}.${way.suffix}`, 22],
    [`${other.site}.${other.tailnet}.example`, 22],
    [`${LAN_HOST}.${other.suffix}`, 80],
    [veth.inside, 53],
    [`${veth.inside}.${way.suffix}`, 53],
  ];
  return [
    ...proxiesOf(gateway, way).flatMap((proxy) =>
      targets.map(([target, at]) =>
        says(
          `${way.name}${schemeOf(proxy)}: ${target}:${at} of ${other.name} is closed`,
          opens(proxy, target, at),
          "",
        ),
      ),
    ),
    dnsStatus(`${way.name}: DNS denies ${other.site}`, gateway, `${other.site}.${way.suffix}`, "NXDOMAIN"),
  ];
}

/** From inside a tailnet the gateway is a node without services. */
function behind(lab: Lab, { name, site, port }: Way): Proof[] {
  const node = `$(tailscale ip -4 home-${name})`;
  const ports = [22, 53, 1080, port];
  return [
    says(`${site}: sees the gateway's node`, `ping -c 1 -W 5 ${node} >/dev/null && echo yes`, "yes", site),
    ...ports.map((at) => says(`${site}: port ${at} of that node is closed`, connects(node, at), "", site)),
    says(
      `${site}: its neighbours on the internet are not reached back`,
      connects(lab.hosts.gateway.tailnetAddress, port),
      "",
      site,
    ),
  ];
}

/** Neighbours on the internet get no answer from the primary address, though they can send packets to it. */
function outside(lab: Lab, ways: readonly Way[]): Proof[] {
  const { address, tailnetAddress } = lab.hosts.gateway;
  const route = `ip route replace ${tailnetAddress}/32 via ${address}; `;
  const ask = (port: number) => `${route}${connects(tailnetAddress, port)}`;
  return [
    says("the internet reaches sshd at the gateway's own address", connects(address, 22), "open", "mirror"),
    says("other ports of the primary address are as they were", ask(22), "open", "mirror"),
    ...[53, ...ways.map(({ port }) => port)].map((port) =>
      says(`the internet does not reach port ${port} of the primary address`, ask(port), "", "mirror"),
    ),
    says(
      "the internet does not reach DNS on the primary address",
      `${route}${dig(tailnetAddress, `${LAN_HOST}.${ways[0]?.suffix ?? ""}`, "A")} | grep -v '^;'`,
      "",
      "mirror",
    ),
  ];
}

export function says(sentence: string, command: string, answer: string, on: HostName = "client"): Proof {
  return {
    says: sentence,
    on,
    command,
    holds: (found) => found === answer,
    expects: answer === "" ? "no answer" : answer,
  };
}

function dnsStatus(sentence: string, server: string, name: string, expected: string, type = "A"): Proof {
  const command = `dig @${server} ${name} ${type} +tries=1 +time=5 | sed -n 's/.*status: \\([A-Z]*\\),.*/\\1/p'`;
  return says(sentence, command, expected);
}

/** Prints `open` when a direct connection is accepted. */
function connects(target: string, port: number): string {
  return `timeout 3 bash -c 'exec 3<>"/dev/tcp/$0/${port}"' "${target}" 2>/dev/null && echo open`;
}

export function dig(server: string, name: string, type: string): string {
  return `dig @${server} ${name} ${type} +short +tries=1 +time=3`;
}

/** Most of a proof's time is waiting for an answer, or for none. */
const AT_ONCE = 16;

/** Runs the proofs, some at a time; each tells what it found, in their order. */
export async function prove(
  lab: Lab,
  proofs: readonly Proof[],
  tell: (proven: Proven) => void = () => undefined,
): Promise<Proven[]> {
  const running: Promise<Proven>[] = [];
  const results: Proven[] = [];
  const settle = async () => {
    for (const proven of await Promise.all(running.splice(0))) {
      results.push(proven);
      tell(proven);
    }
  };
  for (const proof of proofs) {
    running.push(proveOne(lab, proof));
    if (running.length === AT_ONCE) await settle();
  }
  await settle();
  return results;
}

async function proveOne(lab: Lab, proof: Proof): Promise<Proven> {
  const answer = (await lab.exec(proof.on, proof.command)).stdout.trimEnd();
  return { ...proof, answer, passed: proof.holds(answer) };
}
