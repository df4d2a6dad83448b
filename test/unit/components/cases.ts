import { checkGateway } from "../../../components/arguments/gateway.ts";
import { checkTailnet } from "../../../components/arguments/netns-tailnet.ts";
import type { Checked } from "../../../components/arguments/values/check.ts";
import type { GatewaySpec } from "../../../components/render/gateway.ts";
import { networkOf } from "../../../components/render/ipv4.ts";
import type { NetnsTailnetSpec } from "../../../components/render/netns-tailnet.ts";
import { type Veth, vethOf } from "../../../components/render/place/veth.ts";
import { resourcesFrom } from "../../../components/resources.ts";
import type { Desired } from "../../../providers/engine/kinds/desired.ts";

/** The /30 at `text`. */
export function veth(text: string): Veth {
  return vethOf(networkOf(text));
}

/** Arguments of a gateway, its tailnets aside. */
export const GATEWAY_ARGS = {
  ssh: { host: "gateway.lan", hostKey: `ssh-ed25519 ${"A".repeat(68)}` },
  primaryAddress: "100.64.0.10",
  tailscale: { version: "1.102.4", sha256: { x86_64: "a".repeat(64), aarch64: "b".repeat(64) } },
  coredns: { version: "1.14.2", sha256: { x86_64: "c".repeat(64) } },
  singBox: { version: "1.14.1", sha256: { x86_64: "d".repeat(64), aarch64: "e".repeat(64) } },
};

/** A tailnet `work` in the configuration, with what most have; its key is apart. */
export const WORK = { veth: "10.200.0.4/30", socks: { port: 11080 }, dns: {} };

/** A tailnet that clients reach without a proxy as well, with the rest of what may stand on one; its keys are apart. */
export const ROUTED = { route: { site: 7 }, dns: { suffix: "open.internal" } };

export const GATEWAY_SETTINGS = settingsOf(checkGateway("home", GATEWAY_ARGS));

export const gateway: GatewaySpec = GATEWAY_SETTINGS.spec;

export const TAILNET_SETTINGS = settingsOf(
  checkTailnet("work", { authKey: "tskey", veth: WORK.veth }, GATEWAY_SETTINGS),
);

export const tailnet: NetnsTailnetSpec = TAILNET_SETTINGS.spec;

function settingsOf<Settings>({ settings, problems }: Checked<Settings>): Settings {
  if (settings === null) throw new Error(problems.map(({ path, text }) => `${path} ${text}`).join("\n"));
  return settings;
}

const EVERYTHING = {
  veth: "172.31.0.4/30",
  loginServer: "https://198.18.0.11",
  hostname: "elsewhere",
  acceptRoutes: false,
  acceptDns: false,
  advertiseRoutes: ["10.0.0.0/24", "fd7a:115c:a1e0:b1a:0:7:a01:0/120"],
  exitNode: "100.64.0.9",
  caCertificates: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
  reach: ["192.168.7.0/24", "192.168.8.9"],
  resolvers: ["192.168.7.1", "9.9.9.9"],
  userNamespace: false,
  loginTimeout: 5,
  browserLogin: true,
};

const WITH_ROUTES = {
  browserLogin: true,
  route: {
    site: 65535,
    networks: ["10.0.0.0/24", "198.51.100.0/24"],
    map: { "10.107.0.0/24": "10.0.0.0/24", "10.107.1.1/32": "100.64.0.9/32" },
    machines: false,
    primary: "acme.example",
    browserLogin: true,
    loginServer: "https://headscale.example:8443",
    hostname: "elsewhere",
    caCertificates: EVERYTHING.caCertificates,
    loginTimeout: 5,
  },
};

const WITH_DOMAINS = {
  browserLogin: true,
  dns: { suffix: "own.internal", domains: ["tn1.example", "corp.example"] },
};

const ROUTED_WITH_DOMAINS = {
  browserLogin: true,
  route: { site: 8, browserLogin: true },
  dns: { suffix: "far.internal", domains: ["wide.example"] },
};

const WITH_A_MIRROR = {
  ...GATEWAY_ARGS,
  ssh: { ...GATEWAY_ARGS.ssh, host: "mirrored.lan" },
  primaryAddress: "192.168.1.2",
  primaryInterface: "eth0",
  dnsPort: 5353,
  clients: ["192.168.1.0/24"],
  mirror: "https://mirror.example/tsproxy",
  tailnets: {
    port: { browserLogin: true, route: { site: 7, browserLogin: true, primary: "other" }, dns: {} },
  },
};

const WITH_IPV6 = {
  ...GATEWAY_ARGS,
  ssh: { ...GATEWAY_ARGS.ssh, host: "six.lan" },
  primaryAddress6: "FD7A:115c:a1e0:0::10",
  uplink6: true,
  tailnets: { six: { socks: { port: 11080 }, dns: { suffix: "six.internal" } } },
};

/** The one port, a tailnet that it leads to by two names, and one that is kept out of it. */
const WITH_ONE_PORT = {
  ...GATEWAY_ARGS,
  ssh: { ...GATEWAY_ARGS.ssh, host: "one.lan" },
  onePort: { port: 1080, maxSessions: 1024 },
  tailnets: {
    named: { socks: { port: 11080, onePortNames: ["named.internal", "tail1234.ts.net"] }, dns: {} },
    dns: { socks: { port: 11081 }, dns: { suffix: "dns.internal" } },
    apart: { socks: { port: 11082, users: ["ann"], onePortNames: [] } },
  },
};

/** Of each server one with logins. */
const WITH_LOGINS = {
  ...GATEWAY_ARGS,
  ssh: { ...GATEWAY_ARGS.ssh, host: "logins.lan" },
  tailnets: {
    both: { socks: { port: 11080, users: ["ann", "bob"] } },
    plain: { socks: { port: 11081, server: "dante" } },
    socks: { socks: { port: 11082, server: "dante", users: ["ann", "bob"] } },
  },
};

const PASSWORDS = Object.fromEntries(
  ["both", "socks"].flatMap((tailnet) =>
    ["ann", "bob"].map((user) => [`logins/${tailnet}/users/${user}`, `password-of-${user}`]),
  ),
);

const rendered = new Map(
  resourcesFrom(
    {
      home: {
        ...GATEWAY_ARGS,
        tailnets: {
          work: WORK,
          "a-b": EVERYTHING,
          open: ROUTED,
          wide: WITH_ROUTES,
          own: WITH_DOMAINS,
          far: ROUTED_WITH_DOMAINS,
        },
      },
      mirrored: WITH_A_MIRROR,
      logins: WITH_LOGINS,
      one: WITH_ONE_PORT,
      six: WITH_IPV6,
    },
    {
      "home/work/authKey": "tskey",
      "six/six/authKey": "tskey",
      "home/open/authKey": "tskey",
      "home/open/route/authKey": "tskey",
      ...Object.fromEntries(
        Object.keys(WITH_LOGINS.tailnets).map((key) => [`logins/${key}/authKey`, "tskey"]),
      ),
      ...PASSWORDS,
      ...Object.fromEntries(
        Object.keys(WITH_ONE_PORT.tailnets).map((key) => [`one/${key}/authKey`, "tskey"]),
      ),
      "one/apart/users/ann": "password-of-ann",
    },
  ).map(({ name, desired }) => [name, desired]),
);

function desired(resource: string): Desired {
  const found = rendered.get(resource);
  if (found === undefined) throw new Error(`there is no resource ${resource}`);
  return found;
}

/** Everything that is rendered, by the name of its golden file. */
export const cases: Readonly<Record<string, Desired>> = {
  gateway: desired("home-gateway"),
  "gateway-with-a-mirror": desired("mirrored-gateway"),
  "gateway-with-ipv6": desired("six-gateway"),
  "gateway-with-one-port": desired("one-gateway"),
  "netns-tailnet": desired("home-work-tailnet"),
  "netns-tailnet-with-ipv6": desired("six-six-tailnet"),
  "netns-tailnet-with-everything": desired("home-a-b-tailnet"),
  "socks-bridge": desired("home-work-socks"),
  "socks-bridge-with-dante": desired("logins-plain-socks"),
  "socks-bridge-with-dante-and-logins": desired("logins-socks-socks"),
  "socks-bridge-with-ipv6": desired("six-six-socks"),
  "socks-bridge-with-logins": desired("logins-both-socks"),
  "socks-bridge-of-the-one-port": desired("one-named-socks"),
  "suffix-dns": desired("home-work-dns"),
  "suffix-dns-with-domains": desired("home-own-dns"),
  "suffix-dns-with-routes": desired("home-open-dns"),
  "suffix-dns-with-routes-and-domains": desired("home-far-dns"),
  "suffix-dns-with-routes-and-another-port": desired("mirrored-port-dns"),
  "route-bridge": desired("home-open-route"),
  "route-bridge-with-everything": desired("home-wide-route"),
};
