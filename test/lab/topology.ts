import { type Instance, internetAddress } from "./instance.ts";

/** The laboratory's machines. */
export const hostNames = ["control", "mirror", "gateway", "client", "office", "plant"] as const;
export type HostName = (typeof hostNames)[number];

/** The tailnets; `home` is the primary one, that of the gateway's own machine and of the client. */
export const tailnetNames = ["home", "work", "lab"] as const;
export type TailnetName = (typeof tailnetNames)[number];

/** The bridges that hosts are plugged into. */
export type Bridge = "internet" | "gwlan";

/** A network card of a host. */
export interface Link {
  /** The card's name inside the host. */
  readonly card: string;
  readonly bridge: Bridge;
  /** Stays the same over reboots, so that no neighbour table is wrong afterwards. */
  readonly mac: string;
  /** Addresses with prefix length, given from inside the host. */
  readonly addresses: readonly string[];
}

/** What a host is, beyond Debian. */
export interface HostPlan {
  readonly name: HostName;
  readonly address: string;
  readonly links: readonly Link[];
  /** Whether the host has nothing but a minimal Debian, so that a product's needs show. */
  readonly bare: boolean;
  /** The tailnet that the host itself is in. */
  readonly tailnet?: TailnetName;
  /** Whether a LAN 10.0.0.0/24 of its own hangs behind it, and whether its tailnet may reach that. */
  readonly lan?: "private" | "advertised";
}

/** Last byte of each host's address on the laboratory's internet. */
export const numbers: Readonly<Record<HostName, number>> = {
  control: 10,
  mirror: 20,
  gateway: 30,
  client: 40,
  office: 50,
  plant: 60,
};

/** The LAN that every site happens to use, and a web server in it. */
export const lanPrefix = "10.0.0.0/24";
export const lanWebServer = "10.0.0.50";
export const lanPrefix6 = "fd00:1::/64";
export const lanWebServer6 = "fd00:1::50";

/** Address of each tailnet's control server; all three are the host `control`. */
export function controlAddress(instance: Instance, tailnet: TailnetName): string {
  return internetAddress(instance, controlNumber(tailnet));
}

/** Last byte of that address. */
export function controlNumber(tailnet: TailnetName): number {
  return numbers.control + 1 + tailnetNames.indexOf(tailnet);
}

/** A web server of the laboratory's internet that no tailnet knows: `pub.internet`. */
export const publicAddress = (instance: Instance): string => internetAddress(instance, numbers.mirror + 1);

/** The machine's own address on the laboratory's internet. */
export const machineAddress = (instance: Instance): string => internetAddress(instance, 1);

/** Answers "unreachable" to whatever is not in the laboratory. */
export const routerAddress = (instance: Instance): string => internetAddress(instance, 254);

/** The router of the laboratory in which a host has that address. */
export const routerAddressOf = (address: string): string => address.replace(/\d+$/, "254");

export function planOf(instance: Instance, name: HostName): HostPlan {
  const address = internetAddress(instance, numbers[name]);
  const more: Partial<Record<HostName, string[]>> = {
    control: tailnetNames.map((tailnet) => controlAddress(instance, tailnet)),
    mirror: [publicAddress(instance)],
  };
  const addresses = [address, ...(more[name] ?? [])];
  // The gateway reaches all others by the router, as a rented machine does: what is on its own network is no internet.
  const prefix = name === "gateway" ? 32 : 24;
  const links: Link[] = [card(instance, name, "eth0", "internet", addresses, prefix)];
  // The gateway's own LAN lies outside of it: what answers there is another host, so the gateway stays bare.
  if (name === "gateway") links.push(card(instance, name, "eth1", "gwlan", ["10.0.0.1"]));
  if (name === "mirror") links.push(card(instance, name, "eth1", "gwlan", [lanWebServer]));
  return { name, address, links, ...traits[name] };
}

const traits: Record<HostName, Omit<HostPlan, "name" | "address" | "links">> = {
  control: { bare: false },
  mirror: { bare: false },
  gateway: { bare: true, tailnet: "home" },
  client: { bare: false, tailnet: "home", lan: "private" },
  office: { bare: false, tailnet: "work", lan: "advertised" },
  plant: { bare: false, tailnet: "lab", lan: "advertised" },
};

function card(
  instance: Instance,
  host: HostName,
  name: string,
  bridge: Bridge,
  addresses: string[],
  prefix = 24,
): Link {
  const hex = (value: number) => value.toString(16).padStart(2, "0");
  const mac = [
    "02",
    "ac",
    hex(bridge === "internet" ? 0 : 1),
    hex(instance.slot),
    "00",
    hex(numbers[host]),
  ].join(":");
  return { card: name, bridge, mac, addresses: addresses.map((address) => `${address}/${prefix}`) };
}
