import { networkOf } from "../../../components/render/ipv4.ts";
import { defaultVeth, vethOf } from "../../../components/render/place/veth.ts";
import type { Lab } from "../../lab/index.ts";
import { LAB, WORK } from "../../lab/proofs.ts";
import { opens } from "../../lab/proxies.ts";
import { said } from "./asks.ts";
import { type Cell, listening, open, openInside, type Place } from "./route.ts";

/** Port that leads to every tailnet. */
export const ONE_PORT = 1080;

/** Where no proxy may lead, by address and by the name that the lab tailnet gives it. */
interface Target {
  readonly to: Place;
  readonly label: string;
  readonly address: (lab: Lab) => string;
  readonly port: number;
  /** What else is in the way of the namespace's processes. */
  readonly plant: readonly string[];
}

const veth = ({ name }: { readonly name: string }) => vethOf(networkOf(defaultVeth(name)));
const NETNS = `tsp-${LAB.name}`;
const TO_HOST = open(`tsproxy_${LAB.name}`, "to_host");
const FROM_NETNS = open(`tsproxy_${LAB.name}`, "from_netns");

const TARGETS: readonly Target[] = [
  { to: "a namespace", label: "loopback", address: () => "127.0.0.1", port: 53, plant: [] },
  { to: "a namespace", label: "inside", address: () => veth(LAB).inside, port: 53, plant: [] },
  { to: "the host", label: "uplink", address: () => veth(LAB).host, port: 22, plant: [TO_HOST] },
  {
    to: "the host",
    label: "gateway",
    address: ({ hosts }) => hosts.gateway.address,
    port: 22,
    plant: [TO_HOST],
  },
  { to: "the internet", label: "public", address: ({ hosts }) => hosts.mirror.address, port: 80, plant: [] },
  {
    to: "another namespace",
    label: "other",
    address: () => veth(WORK).inside,
    port: 53,
    plant: [FROM_NETNS, open(`tsproxy_${WORK.name}`, "forward")],
  },
];

/** Names that the lab tailnet gives to what is not in it. */
export function namesInLab(lab: Lab): Readonly<Record<string, string>> {
  return Object.fromEntries(TARGETS.map(({ label, address }) => [`${label}.lab.example`, address(lab)]));
}

/** The HTTP side of a server, whose own rules are taken away for the trial, and its guard with them or after them. */
export function byHttp(): Cell[] {
  const [file, socks] = [`/etc/tsproxy/${LAB.name}/socks/sing-box.json`, `tsproxy-${LAB.name}-socks`];
  // leaves by whichever way there is, and refuses no address that is any machine's
  const careless = [
    `cp -p ${file} /root/sing-box.json`,
    `sed -i -e '/"bind_interface"/d' -e '/"ip_cidr"/,/]/s#"[0-9a-f:.]*/[0-9]*"#"255.255.255.255/32"#' ${file}`,
    `systemctl restart ${socks}`,
    openInside(NETNS, "to_uplink"),
  ];
  const unguarded = openInside(NETNS, "server", "inet tsproxy_socks");
  const careful = [`cat /root/sing-box.json >${file}; rm /root/sing-box.json`, `systemctl restart ${socks}`];
  const everything = TARGETS.flatMap(({ to, label, address, port, plant }) =>
    [{ host: address }, { host: () => `${label}.lab.example` }].map(
      ({ host }, byName): Cell => ({
        ...{ from: "a client's proxy", to, scene: "quiet", expects: "" },
        what: `by HTTP: ${label} by ${byName === 1 ? "name" : "address"}, port ${port}`,
        ask: through(LAB.port, host, port),
        plant: [...careless, ...plant, unguarded],
        mend: careful,
      }),
    ),
  );
  const guardAlone = TARGETS.map(
    ({ to, label, address, port, plant }): Cell => ({
      ...{ from: "a client's proxy", to, scene: "quiet", expects: "" },
      what: `by HTTP from a careless server, held by its guard alone: ${label}, port ${port}`,
      ask: through(LAB.port, address, port),
      before: [...careless, listening(NETNS), ...plant],
      plant: [unguarded],
      mend: careful,
    }),
  );
  return [...everything, ...guardAlone];
}

/** The one port: a switch that refuses nothing still is where nothing is, so it is put into the host's network as well. */
export function byOnePort(): Cell[] {
  const units = ["switch", "relay"].map((word) => `tsproxy-_every-${word}.service`);
  const rest = "/etc/tsproxy/_every/switch/~rest.json";
  const outbound = JSON.stringify({
    outbounds: [{ type: "direct", tag: "out" }],
    route: { rules: [{ outbound: "out" }] },
  });
  const careless = [
    `cp -p ${rest} /root/rest.json; echo '${outbound}' >${rest}`,
    ...units.map(
      (unit) =>
        `mkdir -p /run/systemd/system/${unit}.d; printf '[Service]\\nPrivateNetwork=no\\n' >/run/systemd/system/${unit}.d/planted.conf`,
    ),
    `systemctl daemon-reload; systemctl restart ${units.join(" ")}`,
  ];
  const careful = [
    `cat /root/rest.json >${rest}; rm /root/rest.json`,
    ...units.map((unit) => `rm -r /run/systemd/system/${unit}.d`),
    `systemctl daemon-reload; systemctl restart ${units.join(" ")}`,
  ];
  const cell = (to: Place, host: (lab: Lab) => string, port: number): Cell => ({
    ...{ from: "a client's proxy", to, scene: "quiet", expects: "" },
    what: `by the one port, port ${port}`,
    ask: through(ONE_PORT, host, port),
    plant: careless,
    mend: careful,
  });
  return [
    cell("the host", () => "127.0.0.1", 22),
    cell("the primary tailnet", ({ hosts }) => hosts.client.tailnetAddress, 22),
    cell("another namespace", () => veth(WORK).inside, 53),
    cell("the internet", ({ hosts }) => hosts.mirror.address, 80),
  ];
}

function through(proxyPort: number, host: (lab: Lab) => string, port: number): Cell["ask"] {
  return said("client", (lab) =>
    opens(`http://${lab.hosts.gateway.tailnetAddress}:${proxyPort}`, host(lab), port),
  );
}
