import type { Input } from "@pulumi/pulumi";
import type { z } from "zod";
import { defaultVersion, releaseOf, releaseProblems } from "../releases.ts";
import type { GatewaySpec } from "../render/gateway.ts";
import { TAILSCALE } from "../render/link/tailscale-network.ts";
import {
  address,
  anyNetwork,
  group,
  hostLabel,
  interfaceName,
  list,
  port,
  secretInput,
  text,
  textInput,
  url,
  wholeInput,
  yesOrNo,
} from "./kinds.ts";
import { type Checked, check } from "./problem.ts";

/**
 * How a host is reached. Without `privateKey`, `privateKeyFile` and `agent`: the agent of
 * `SSH_AUTH_SOCK`, then the first of `~/.ssh/id_ed25519`, `id_ecdsa` and `id_rsa` that is there.
 */
export interface JumpArgs {
  /** Name or address. */
  readonly host: Input<string>;
  /** 1 to 65535. @default 22 */
  readonly port?: Input<number>;
  /** @default "root" */
  readonly user?: Input<string>;
  /**
   * The host's public key, as in /etc/ssh/ssh_host_ed25519_key.pub: `ssh-ed25519 AAAA…`. It is always
   * compared; there is no way to connect without it. With an empty one a preview works, and the first
   * connection stops and shows the line to paste here.
   */
  readonly hostKey: Input<string>;
  /** OpenSSH private key, the text of the file. Kept secret. */
  readonly privateKey?: Input<string>;
  /** Path of a private key on the machine that runs Pulumi. */
  readonly privateKeyFile?: Input<string>;
  /** Of the private key. Kept secret. */
  readonly passphrase?: Input<string>;
  /** True: the agent of `SSH_AUTH_SOCK` and nothing else. @default false */
  readonly agent?: boolean;
}

export interface SshArgs extends JumpArgs {
  /** A host to connect through. */
  readonly jump?: JumpArgs;
}

/** A version of a program with the SHA-256 of its archive, per architecture of the host: at least one. */
export interface ReleaseArgs {
  /** For example `1.102.4`. */
  readonly version?: string;
  /** 64 hexadecimal digits. @default from this library, for the versions it knows */
  readonly sha256?: { readonly x86_64?: string; readonly aarch64?: string };
}

export interface GatewayArgs {
  readonly ssh: SshArgs;
  /** The host's IPv4 address in its primary tailnet (`tailscale ip -4`). SOCKS ports and DNS are found there. */
  readonly primaryAddress: string;
  /** Interface that holds it. @default "tailscale0" */
  readonly primaryInterface?: string;
  /** Beginning of the host names of the tailnets' nodes: a host label. @default the resource name */
  readonly name?: string;
  /** Port of the DNS server, 1 to 65535. Most clients can only use 53. @default 53 */
  readonly dnsPort?: number;
  /** Networks (CIDR) whose machines may use the gateway. @default those of Tailscale, 100.64.0.0/10 and fd7a:115c:a1e0::/48 */
  readonly clients?: readonly string[];
  /** Version that the namespaces run; the host's own is not touched. 1.96 or newer. */
  readonly tailscale?: ReleaseArgs;
  readonly coredns?: ReleaseArgs;
  /** Base URL of `tailscale/tailscale_<v>_<arch>.tgz` and `coredns/coredns_<v>_linux_<arch>.tgz`. @default the official places */
  readonly mirror?: string;
  /** Take over files, units and masks that are on the host already. @default false */
  readonly adopt?: boolean;
}

/** @internal Checked arguments of a gateway. */
export interface GatewaySettings {
  readonly ssh: z.output<typeof sshSchema>;
  readonly name: string;
  readonly adopt: boolean;
  readonly spec: GatewaySpec;
}

const jumpShape = {
  host: textInput("a host name or address", (value) => /^[A-Za-z0-9.:_-]+$/.test(value)),
  port: wholeInput("a port", 1, 65535).default(22),
  user: textInput("a user name", (value) => /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(value)).default("root"),
  hostKey: textInput(
    'a public host key, for example "ssh-ed25519 AAAA…" (/etc/ssh/ssh_host_ed25519_key.pub); with "" the first connection stops and shows it',
    (value) => value === "" || isHostKey(value),
  ),
  privateKey: secretInput("the text of an OpenSSH private key", (value) =>
    value.includes("PRIVATE KEY-----"),
  ).optional(),
  // who gives the key itself here must not find it in an error
  privateKeyFile: secretInput("the path of a private key", isPath).optional(),
  passphrase: secretInput("a passphrase", (value) => value !== "").optional(),
  agent: yesOrNo.default(false),
};

const sshSchema = group({ ...jumpShape, jump: group(jumpShape).optional() });

const sha256 = text("a SHA-256 of 64 lower-case hexadecimal digits", (value) => /^[0-9a-f]{64}$/.test(value));

function releaseSchema(example: string) {
  return group({
    version: text(`a version, for example "${example}"`, (value) => /^\d+\.\d+\.\d+$/.test(value)).optional(),
    sha256: group({ x86_64: sha256.optional(), aarch64: sha256.optional() }).optional(),
  });
}

/** `tailscale wait`, which tells when a node is online, came with 1.96. */
const tailscaleSchema = releaseSchema(defaultVersion("tailscale")).refine(
  ({ version }) => isNewEnough(version),
  {
    path: ["version"],
    error: "is too old; 1.96.0 or newer is needed",
  },
);

const schema = group({
  ssh: sshSchema,
  primaryAddress: address,
  primaryInterface: interfaceName.default("tailscale0"),
  name: hostLabel.refine((value) => value.length <= 50, { error: "is too long; at most 50 characters" }),
  dnsPort: port.default(53),
  clients: list("a list of networks", anyNetwork)
    .min(1, { error: 'is empty; for example ["100.64.0.0/10"]' })
    .default([TAILSCALE.network4, TAILSCALE.network6]),
  tailscale: tailscaleSchema.optional(),
  coredns: releaseSchema(defaultVersion("coredns")).optional(),
  mirror: url('an http or https URL without query, for example "https://mirror.example"', "path").optional(),
  adopt: yesOrNo.default(false),
});

/**
 * @internal
 * Looks at the arguments of a gateway.
 *
 * @param name of the resource, the default of `name`.
 * @param at put before every path.
 */
export function checkGateway(name: string, args: unknown, at = ""): Checked<GatewaySettings> {
  const { settings, problems } = check(schema, typeof args === "object" ? { name, ...args } : args, at);
  if (settings === null) return { settings, problems };
  const { ssh, adopt, mirror, name: hostPrefix, ...plain } = settings;
  const tailscale = releaseOf("tailscale", plain.tailscale);
  const coredns = releaseOf("coredns", plain.coredns);
  const missing = [
    ...releaseProblems("tailscale", tailscale, at),
    ...releaseProblems("coredns", coredns, at),
  ];
  if (missing.length > 0) return { settings: null, problems: missing };
  const spec = { ...plain, tailscale, coredns, mirror: mirror?.replace(/\/+$/, "") ?? null };
  return { settings: { ssh, name: hostPrefix, adopt, spec }, problems: [] };
}

function isPath(value: string): boolean {
  return value !== "" && !/[\0\n]|PRIVATE KEY/.test(value);
}

function isHostKey(value: string): boolean {
  return /(?:^|\s)(?:ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d{3})\s+[A-Za-z0-9+/]{40,}={0,2}(?:\s|$)/.test(
    value,
  );
}

function isNewEnough(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? "1.96.0").split(".").map(Number);
  return major > 1 || (major === 1 && minor >= 96);
}
