import { networkOf } from "../../../components/render/ipv4.ts";
import { defaultVeth, type Veth, veth6Of, vethOf } from "../../../components/render/place/veth.ts";
import type { Lab } from "../../lab/index.ts";
import { LAB, type Way, WORK } from "../../lab/proofs.ts";
import { internetAddress6, publicAddress6 } from "../../lab/variants/ipv6-uplink.ts";
import { METADATA } from "../metadata.ts";
import { primaryAddress6 } from "../two-tailnets.ts";
import { type Ask, answered, directly, page, said, throughProxy, throughUplink, withSource } from "./asks.ts";
import { byHttp, byOnePort } from "./by-http.ts";
import { type Cell, listening, open, openInside, type Place } from "./route.ts";

/** The gateway on its LAN, and who is there. */
const LAN_GATEWAY = "10.0.0.1";
const LAN_SERVER = "10.0.0.50";

/** Beginning of the addresses of that LAN by IPv6, for the trial. */
export const LAN6 = "fd00:99";

/** Answers at the primary tailnet's DNS addresses. */
const MAGIC_DNS = "100.100.100.100";
const MAGIC_DNS6 = "fd7a:115c:a1e0::53";

/** A daemon in the namespace that listens on every address: see `ground.ts`. */
export const NEGLIGENT_PORT = 2222;

/** Names that the work tailnet gives to what is not in it. */
export const namesOf = (lab: Lab): Readonly<Record<string, string>> => ({
  "office2.work.example": "100.64.0.1",
  "loopback.work.example": "127.0.0.1",
  "inside.work.example": veth(WORK).inside,
  "uplink.work.example": veth(WORK).host,
  "other.work.example": veth(LAB).inside,
  "gateway.work.example": lab.hosts.gateway.address,
  "public.work.example": lab.hosts.mirror.address,
  "gateway6.work.example": internetAddress6("gateway"),
  "public6.work.example": publicAddress6,
});

/** Quiet ones first: a tailnet that has lied is not made honest again. */
export const cells: readonly Cell[] = [
  ...fromNamespace(WORK, LAB),
  ...fromNamespace(LAB, WORK),
  fromTailnet(WORK),
  fromTailnet(LAB),
  ...fromOutside("the internet", (lab) => lab.hosts.gateway.address),
  ...fromInternet6(),
  ...fromOutside("the LAN", () => LAN_GATEWAY),
  ...byName(),
  ...byHttp(),
  ...byOnePort(),
  ...hostile(),
];

function veth({ name }: Way): Veth {
  return vethOf(networkOf(defaultVeth(name)));
}

function veth6(way: Way) {
  return veth6Of(veth(way));
}

function netns({ name }: Way): string {
  return `tsp-${name}`;
}

function table({ name }: Way): string {
  return `tsproxy_${name}`;
}

/** Nothing may get through. */
function closed(
  from: Place,
  to: Place,
  what: string,
  ask: Ask,
  plant: readonly string[],
  mend: readonly string[] = [],
): Cell {
  return { from, to, what, expects: "", ask, plant, mend, scene: "quiet" };
}

/** What a process in a namespace tries whose program was taken over. */
function fromNamespace(way: Way, other: Way): Cell[] {
  const [inside, toHost, fromNetns] = [
    netns(way),
    open(table(way), "to_host"),
    open(table(way), "from_netns"),
  ];
  // the same rules stand inside once more
  const outward = openInside(inside, "to_uplink");
  const tcp = (to: Place, what: string, target: (lab: Lab) => string, port: number, ...plant: string[]) =>
    closed("a namespace", to, `${way.name}: ${what}`, throughUplink(inside, target, port), [
      outward,
      ...plant,
    ]);
  // what comes back from a tailnet's address is dropped once more, by Tailscale in the namespace
  const replies = openInside(inside, "ts-input", "ip filter");
  const spoofed = (what: string, source: (lab: Lab) => string, ...plant: string[]) =>
    closed("a namespace", "the internet", `${way.name}: ${what}`, withSource(inside, source), [
      outward,
      ...plant,
    ]);
  const by6 = [
    tcp(
      "another namespace",
      "a daemon over IPv6",
      () => veth6(other).inside6,
      NEGLIGENT_PORT,
      fromNetns,
      open(table(other), "forward"),
      openInside(netns(other), "input"),
    ),
    tcp(
      "another namespace",
      "its uplink over IPv6",
      () => veth6(other).host6,
      22,
      toHost,
      open(table(other), "input"),
    ),
    tcp("the host", "sshd on the uplink over IPv6", () => veth6(way).host6, 22, toHost),
    tcp("the host", "sshd on the internet over IPv6", () => internetAddress6("gateway"), 22, toHost),
    tcp(
      "the primary tailnet",
      "its DNS over IPv6",
      () => MAGIC_DNS6,
      53,
      fromNetns,
      `ip -6 rule del pref 5201 iif ${inside}`,
    ),
    tcp("the LAN", "sshd of a machine over IPv6", () => `${LAN6}::50`, 22, fromNetns),
  ];
  return [
    tcp(
      "another namespace",
      "its resolver",
      () => veth(other).inside,
      53,
      fromNetns,
      open(table(other), "forward"),
    ),
    tcp("another namespace", "its uplink", () => veth(other).host, 22, toHost, open(table(other), "input")),
    tcp("the host", "sshd on the uplink", () => veth(way).host, 22, toHost),
    tcp("the host", "sshd on the internet", (lab) => lab.hosts.gateway.address, 22, toHost),
    tcp("the host", "sshd on the LAN", () => LAN_GATEWAY, 22, toHost),
    ...by6,
    tcp(
      "the host",
      "DNS on the primary address",
      (lab) => lab.hosts.gateway.tailnetAddress,
      53,
      toHost,
      open("tsproxy", "input"),
      replies,
    ),
    tcp(
      "the primary tailnet",
      "its DNS",
      () => MAGIC_DNS,
      53,
      fromNetns,
      `ip rule del pref 5201 iif ${inside}`,
      replies,
    ),
    tcp("the LAN", "a web server", () => LAN_SERVER, 80, fromNetns),
    tcp("the internet", "the metadata of the machine", () => METADATA, 80, fromNetns),
    spoofed("the source is on the LAN", () => "10.0.0.77", fromNetns),
    spoofed("the source is in another namespace", () => veth(other).inside, fromNetns),
    spoofed("the source is on the internet", () => "198.51.100.7", fromNetns),
  ];
}

function fromTailnet(way: Way): Cell {
  const node = `$(tailscale ip -4 home-${way.name})`;
  return closed(
    "a machine of the tailnet",
    "a namespace",
    `${way.name}: a daemon that listens on every address`,
    directly(way.site, () => node, NEGLIGENT_PORT),
    [openInside(netns(way), "input")],
  );
}

/** A neighbour that sends packets for any address to the gateway's nearest one. */
function fromOutside(from: Place, nearest: (lab: Lab) => string): Cell[] {
  const tcp = (
    to: Place,
    what: string,
    target: (lab: Lab) => string,
    port: number,
    plant: string[],
    mend?: string[],
  ) =>
    closed(
      from,
      to,
      what,
      directly("mirror", target, port, (lab) => `ip route replace ${target(lab)}/32 via ${nearest(lab)}`),
      plant,
      mend,
    );
  const primary = (lab: Lab) => lab.hosts.gateway.tailnetAddress;
  const [input, socket] = [open("tsproxy", "input"), `tsproxy-${WORK.name}-relay.socket`];
  const masquerade = `nft 'table inet planted { chain out { type nat hook postrouting priority 99; oifname "tailscale0" masquerade; }; }'`;
  return [
    tcp("the host", "DNS on the primary address", primary, 53, [input]),
    tcp(
      "the host",
      "a SOCKS port",
      primary,
      WORK.port,
      [
        open(`tsproxy__socks_${WORK.name}`, "input"),
        `systemctl set-property --runtime ${socket} IPAddressAllow=any`,
      ],
      [`systemctl revert ${socket} 2>/dev/null`],
    ),
    tcp("the host", "sshd on an uplink", () => veth(WORK).host, 22, [open(table(WORK), "input")]),
    tcp(
      "a namespace",
      "its resolver",
      () => veth(WORK).inside,
      53,
      [
        open(table(WORK), "forward"),
        openInside(netns(WORK), "input"),
        open(table(WORK), "from_netns"),
        // the tailnet has a network of the same addresses as the LAN, where answers would go
        `ip -n ${netns(WORK)} rule add pref 5199 lookup main`,
      ],
      [`ip -n ${netns(WORK)} rule del pref 5199 lookup main`],
    ),
    tcp("the primary tailnet", "sshd of a machine", (lab) => lab.hosts.client.tailnetAddress, 22, [
      masquerade,
    ]),
  ];
}

/** The same by IPv6. */
function fromInternet6(): Cell[] {
  const tcp = (what: string, target: Address, port: number, plant: string[], mend?: string[]) =>
    closed("the internet", "the host", `${what} over IPv6`, routed6(target, port), plant, mend);
  const socket = `tsproxy-${WORK.name}-relay.socket`;
  return [
    tcp("DNS on the primary address", primaryAddress6, 53, [open("tsproxy", "input")]),
    tcp(
      "a SOCKS port",
      primaryAddress6,
      WORK.port,
      [
        open(`tsproxy__socks_${WORK.name}`, "input"),
        `systemctl set-property --runtime ${socket} IPAddressAllow=any`,
      ],
      [`systemctl revert ${socket} 2>/dev/null`],
    ),
    tcp("sshd on an uplink", async () => veth6(WORK).host6, 22, [open(table(WORK), "input")]),
  ];
}

type Address = (lab: Lab) => Promise<string>;

/** A neighbour's connection to an address that it sends to the gateway's own. */
function routed6(target: Address, port: number): Ask {
  return async (lab) => {
    const address = await target(lab);
    const route = `ip -6 route replace ${address}/128 via ${internetAddress6("gateway")}`;
    return await directly(
      "mirror",
      () => address,
      port,
      () => route,
    )(lab);
  };
}

/** Names under which a tailnet's administrator, or the client, means something else than the tailnet. */
function byName(): Cell[] {
  const config = `/etc/tsproxy/${WORK.name}/socks/danted.conf`;
  const zone = `/etc/tsproxy/${WORK.name}/zones.d/${WORK.name}.zone`;
  const reload = `systemctl reload tsproxy-${WORK.name}-dns`;
  const socks = `tsproxy-${WORK.name}-socks`;
  // leaves by the uplink, and refuses nothing
  const careless = [
    `cp -p ${config} /root/danted.conf`,
    `sed -i -e '/^socks block /d' -e 's/^external: .*/external: uplink/' ${config}`,
    `systemctl restart ${socks}; ${listening(netns(WORK))}`,
  ];
  const careful = [
    `cat /root/danted.conf >${config}; rm /root/danted.conf`,
    `systemctl restart ${socks}; ${listening(netns(WORK))}`,
  ];
  const name = (to: Place, label: string, port: number, ...plant: string[]) =>
    closed(
      "a client's proxy",
      to,
      `${label}.work.example, port ${port}`,
      throughProxy(WORK.port, () => `${label}.work.example`, port),
      [...careless, openInside(netns(WORK), "to_uplink"), ...plant],
      careful,
    );
  const toHost = open(table(WORK), "to_host");
  return [
    name("a namespace", "loopback", 53),
    name("a namespace", "inside", 53),
    name("the host", "uplink", 22, toHost),
    name("the host", "gateway", 22, toHost),
    name("the internet", "public", 80),
    name("the host", "gateway6", 22, toHost),
    name("the internet", "public6", 80),
    name("another namespace", "other", 53, open(table(WORK), "from_netns"), open(table(LAB), "forward")),
    closed(
      "a client's proxy",
      "a namespace",
      "127.0.0.1.work is nobody",
      answered("127.0.0.1.work"),
      [
        `cp -p ${zone} /root/zone`,
        `sed -i '/^    template IN ANY {$/{N;N;N;/tsproxy-absent/d}' ${zone}`,
        reload,
      ],
      [`cat /root/zone >${zone}; rm /root/zone`, reload],
    ),
  ];
}

/** What goes on when two tailnets advertise every private network, the shared one, and the gateway's own. */
function hostile(): Cell[] {
  const works = (to: Place, what: string, ask: Ask, expects: string, plant: string, mend = ":"): Cell => ({
    from: "a tailnet that lies",
    to,
    what,
    expects,
    ask,
    plant: [plant],
    mend: [mend],
    scene: "hostile",
  });
  const rule = (way: Way) => `ip rule del pref 5200 to ${veth(way).subnet}`;
  return [
    works(
      "a namespace",
      "work, which advertises the uplink's addresses, is reached by name",
      answered(`${LAN_SERVER}.work`),
      LAN_SERVER,
      `ip -n ${netns(WORK)} rule del pref 5200 to ${veth(WORK).subnet}`,
    ),
    works(
      "a namespace",
      "work is reached although the primary tailnet advertises the uplinks' addresses",
      page(WORK.port, `${LAN_SERVER}.work`),
      `office ${LAN_SERVER}`,
      rule(WORK),
    ),
    works(
      "a namespace",
      "lab is reached although the primary tailnet advertises the uplinks' addresses",
      page(LAB.port, "plant.lab"),
      "plant itself",
      rule(LAB),
    ),
    works(
      "the LAN",
      "the host's own LAN stays its own although work advertises it",
      said("gateway", `curl -s -m 2 http://${LAN_SERVER}/`),
      `gateway ${LAN_SERVER}`,
      "ip route add 10.0.0.0/24 dev tailscale0 table 52",
      "ip route del 10.0.0.0/24 dev tailscale0 table 52",
    ),
  ];
}
