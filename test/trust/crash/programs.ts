import { type Gateways, type Registration, registrationsOf } from "../../fake/program.ts";

export const HOST = "gateway.lan";
const HOST_KEY = `ssh-ed25519 ${"A".repeat(68)}`;
export const AUTH_KEYS = ["tskey-first", "tskey-second"] as const;

type Tree = Readonly<Record<string, unknown>>;

interface Choice {
  readonly gateway?: Tree;
  readonly tailnets: Readonly<Record<string, Tree>>;
  /** Of all tailnets. */
  readonly authKey?: (typeof AUTH_KEYS)[number];
}

/** A program with one gateway, `home`. */
function programOf({ gateway = {}, tailnets, authKey = "tskey-first" }: Choice): Registration[] {
  const ssh = { host: HOST, hostKey: HOST_KEY };
  const gateways: Gateways = { home: { ssh, primaryAddress: "100.64.0.10", ...gateway, tailnets } };
  const keys = Object.keys(tailnets).map((name) => [`home/${name}/authKey`, authKey]);
  return registrationsOf(gateways, Object.fromEntries(keys));
}

const WORK = { socks: { port: 11080 }, dns: {} };
const LAB = { socks: { port: 11081 }, dns: {} };

/** A gateway with two tailnets. */
export const TWO_TAILNETS = programOf({ tailnets: { work: WORK, lab: LAB } });

/** The same one, with another value of everything that does not mean another resource. */
export const EVERYTHING_ELSE = programOf({
  gateway: {
    primaryAddress: "100.64.0.11",
    dnsPort: 5353,
    clients: ["192.168.1.0/24"],
    tailscale: { version: "1.104.0", sha256: { x86_64: "a".repeat(64) } },
  },
  tailnets: {
    work: {
      ...{ hostname: "elsewhere", reach: ["192.168.7.0/24"], advertiseRoutes: ["10.0.0.0/24"] },
      ...{ veth: "172.31.0.4/30", resolvers: ["9.9.9.9"], socks: { port: 11090 }, dns: { suffix: "corp" } },
    },
    lab: { acceptDns: false, acceptRoutes: false, socks: { port: 11091 }, dns: { suffix: "plant" } },
  },
  authKey: "tskey-second",
});

/** The same resources with other names on the host: every one of them is replaced. */
export const OTHER_NAMES = programOf({
  tailnets: { work: { ...WORK, name: "office" }, lab: { ...LAB, name: "work" } },
});

/** One tailnet stays without its SOCKS port, the other one goes, and another one comes. */
export const ANOTHER_TAILNET = programOf({
  tailnets: { work: { dns: {} }, plant: { socks: { port: 11082 }, dns: {} } },
});
