import { enabledUnit, type HostFiles } from "./files.ts";
import type { Instance } from "./instance.ts";
import { controlDomain } from "./mirror-files.ts";
import type { Secrets } from "./secrets.ts";
import { controlAddress, type TailnetName, tailnetNames } from "./topology.ts";
import { keptRunning } from "./unit-files.ts";

/** The host `control`: one headscale per tailnet, each with an address, a certificate and a DERP relay of its own. */
export function controlFiles(instance: Instance, secrets: Secrets): HostFiles {
  return Object.assign({}, ...tailnetNames.map((tailnet) => controlServer(instance, secrets, tailnet)));
}

/** Names that the tailnet's administrator gives out beside those of its machines; read again when it changes. */
export const recordsFile = (tailnet: TailnetName): string => `/etc/headscale/${tailnet}/records.json`;

/** How a tailnet names its machines. */
export interface Naming {
  /** Off: machines are found by their full names alone. @default true */
  readonly magicDns?: boolean;
  /** What full names end in. @default `<tailnet>.example` */
  readonly domain?: string;
  /** Resolvers of names that end in a domain (split DNS): domain -> addresses. @default none */
  readonly resolvers?: Readonly<Record<string, readonly string[]>>;
}

/** The control server's configuration, which it reads at start. */
export const configurationFile = (tailnet: TailnetName): string => `/etc/headscale/${tailnet}/config.yaml`;

/** JSON, which is YAML. */
export function configurationText(instance: Instance, tailnet: TailnetName, naming: Naming = {}): string {
  return `${JSON.stringify(configuration(instance, tailnet, naming), null, 2)}\n`;
}

function controlServer(instance: Instance, secrets: Secrets, tailnet: TailnetName): HostFiles {
  const directory = `/etc/headscale/${tailnet}`;
  const serve = `/usr/local/bin/headscale --config ${configurationFile(tailnet)} serve`;
  return {
    [configurationFile(tailnet)]: configurationText(instance, tailnet),
    [recordsFile(tailnet)]: "[]\n",
    [`${directory}/tls.crt`]: secrets.certificates[tailnet].certificate,
    [`${directory}/tls.key`]: { text: secrets.certificates[tailnet].privateKey, mode: 0o600 },
    ...enabledUnit(
      `headscale-${tailnet}.service`,
      keptRunning(`Control server of tailnet ${tailnet}`, serve, [
        ["StateDirectory", `headscale/${tailnet}`],
      ]),
    ),
  };
}

function configuration(
  instance: Instance,
  tailnet: TailnetName,
  { magicDns = true, domain = `${tailnet}.example`, resolvers = {} }: Naming,
) {
  const address = controlAddress(instance, tailnet);
  const files = `/etc/headscale/${tailnet}`;
  const state = `/var/lib/headscale/${tailnet}`;
  const region = 900 + tailnetNames.indexOf(tailnet);
  return {
    server_url: `https://${controlDomain(tailnet)}`,
    listen_addr: `${address}:443`,
    metrics_listen_addr: `${address}:9090`,
    grpc_listen_addr: `${address}:50443`,
    noise: { private_key_path: `${state}/noise.key` },
    prefixes: { v4: "100.64.0.0/10", v6: "fd7a:115c:a1e0::/48", allocation: "sequential" },
    derp: {
      server: {
        enabled: true,
        region_id: region,
        region_code: tailnet,
        region_name: tailnet,
        stun_listen_addr: `${address}:3478`,
        private_key_path: `${state}/derp.key`,
        automatically_add_embedded_derp_region: true,
        ipv4: address,
      },
      urls: [],
      paths: [],
      auto_update_enabled: false,
    },
    disable_check_updates: true,
    database: { type: "sqlite", sqlite: { path: `${state}/db.sqlite`, write_ahead_log: true } },
    tls_cert_path: `${files}/tls.crt`,
    tls_key_path: `${files}/tls.key`,
    policy: { mode: "database" },
    dns: {
      magic_dns: magicDns,
      base_domain: domain,
      override_local_dns: false,
      nameservers: { global: [], split: resolvers },
      extra_records_path: recordsFile(tailnet),
    },
    unix_socket: `/run/headscale-${tailnet}.sock`,
    unix_socket_permission: "0700",
    logtail: { enabled: false },
  };
}
