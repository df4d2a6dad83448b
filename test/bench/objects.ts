import { createHash } from "node:crypto";
import { renderGateway } from "../../components/render/gateway.ts";
import { FORWARDING_UNIT, HOST_DNS_UNIT, tailnetNames } from "../../components/render/names.ts";
import { AUTH_KEY, renderNetnsTailnet } from "../../components/render/netns-tailnet.ts";
import { renderSocksBridge } from "../../components/render/socks-bridge.ts";
import { renderSuffixDns } from "../../components/render/suffix-dns.ts";
import { type Desired, NOTHING } from "../../providers/engine/kinds/desired.ts";
import type { FileSpec } from "../../providers/engine/kinds/file.ts";
import type { HostPath, UnitName } from "../../providers/engine/kinds/names.ts";
import type { Requirement } from "../../providers/engine/kinds/requirement.ts";
import { entries, mapValues } from "../../providers/engine/records.ts";
import { gateway, tailnet, veth } from "../unit/components/cases.ts";
import type { Objects } from "./contract.ts";
import { standInUnit } from "./stand-in.ts";

/** What one component wants of the host, as our own tool is given it. */
export interface Resource {
  /** Its key on the host: `gateway`, `tailnet-site1`, `socks-site1`, `dns-site1`. */
  readonly key: string;
  readonly desired: Desired;
  /** Values of the files whose content is `{ secret: key }`. Nobody's keys: only text as long as one. */
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * A gateway with `tailnets` tailnets for our own tool: what the components render, less what only a real tailnet can
 * satisfy. Units run stand-ins; packages, downloads, probes and the logout are left out.
 *
 * @param tailnets 0 to 1000.
 */
export function resourcesFor(tailnets: number): readonly Resource[] {
  return renderedFor(tailnets).map((resource) => ({ ...resource, desired: standIn(resource.desired) }));
}

/** The same files and units for tools that know nothing of resources. @param tailnets 0 to 1000. */
export function objectsFor(tailnets: number): Objects {
  const files: Record<HostPath, Objects["files"][HostPath]> = {};
  for (const { desired, secrets } of resourcesFor(tailnets)) {
    for (const [path, file] of entries(desired.files))
      files[path] = { mode: file.mode, content: contentOf(file, secrets) };
  }
  return { files, units: [FORWARDING_UNIT, HOST_DNS_UNIT, ...siteNames(tailnets).flatMap(unitsOf)] };
}

/** The same gateway as it is rendered, nothing replaced. @param tailnets 0 to 1000. */
export function renderedFor(tailnets: number): readonly Resource[] {
  const host: Resource = { key: "gateway", desired: renderGateway(gateway), secrets: {} };
  return [host, ...siteNames(tailnets).flatMap(tailnetResources)];
}

function siteNames(tailnets: number): string[] {
  return Array.from({ length: tailnets }, (_, index) => `site${index + 1}`);
}

function tailnetResources(name: string, index: number): Resource[] {
  const pair = veth(subnet(index + 1));
  const { primaryAddress, clients, dnsPort } = gateway;
  const socks = { tailnet: name, vethSubnet: pair.subnet, primaryAddress, port: 11080 + index, clients };
  const dns = { tailnet: name, suffix: name, veth: pair, primaryAddress, dnsPort };
  return [
    {
      key: `tailnet-${name}`,
      desired: renderNetnsTailnet({ ...tailnet, name, veth: pair, hostname: `home-${name}` }),
      secrets: { [AUTH_KEY]: keyLikeText(name) },
    },
    { key: `socks-${name}`, desired: renderSocksBridge(socks), secrets: {} },
    { key: `dns-${name}`, desired: renderSuffixDns(dns), secrets: {} },
  ];
}

/** Number `slot` of the /30 networks in 10.200.0.0/16. */
function subnet(slot: number): string {
  return `10.200.${slot >> 6}.${(slot & 63) * 4}/30`;
}

/** As long and as incompressible as an auth key, and the same at every run. */
function keyLikeText(name: string): string {
  const digits = createHash("sha256").update(name, "utf8").digest("base64url");
  return `tskey-auth-k${digits.slice(0, 10)}CNTRL-${digits.slice(10)}`;
}

function standIn({ files, units, readers, requirements }: Desired): Desired {
  return {
    ...NOTHING,
    files: mapValues(files, (file, path) =>
      path.startsWith("/etc/systemd/system/") && typeof file.content === "string"
        ? { ...file, content: standInUnit(file.content) }
        : file,
    ),
    // What a check would look for in the kernel is not made here.
    units: mapValues(units, (unit) => ({ ...unit, check: null })),
    readers,
    requirements: requirements.filter(isMetAnywhere),
  };
}

/** On any machine with systemd, in the primary tailnet or not, and without a package repository. */
function isMetAnywhere({ kind }: Requirement): boolean {
  return !["address", "apt", "nft", "package", "tun", "firewalls"].includes(kind);
}

function contentOf({ content }: FileSpec, secrets: Resource["secrets"]): string {
  if (typeof content === "string") return content;
  const value = secrets[content.secret];
  if (value === undefined) throw new Error(`no value for the secret ${content.secret}`);
  return value;
}

function unitsOf(name: string): UnitName[] {
  const { netns, dns, tailscaled, online, socks, relaySocket, relay, suffix } = tailnetNames(name).units;
  return [netns, dns, tailscaled, online, socks, relaySocket, relay, suffix];
}
