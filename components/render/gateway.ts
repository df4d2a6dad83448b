import type { Desired } from "../../providers/engine/kinds/desired.ts";
import type { Architecture } from "../../providers/engine/kinds/names.ts";
import type { Requirement } from "../../providers/engine/kinds/requirement.ts";
import { domainScript } from "./dns/domain-unit.ts";
import { hostDns } from "./dns/host.ts";
import { tailnetDns } from "./dns/tailnet-dns.ts";
import {
  corednsDirectory,
  corednsDownload,
  type Release,
  singBoxDirectory,
  singBoxDownload,
  tailscaleDirectory,
  tailscaleDownload,
} from "./downloads.ts";
import { familyOf } from "./ipv6.ts";
import { loginScript } from "./link/online-unit.ts";
import { TAILSCALE } from "./link/tailscale-network.ts";
import { wayOutScript } from "./link/way-out.ts";
import {
  DOMAIN_SCRIPT,
  FIREWALL,
  HOST_DNS_UNIT,
  LOGIN_SCRIPT,
  SANDBOX_FILE,
  STAMP_SCRIPT,
  TAILNET_DNS,
  WAY_OUT_SCRIPT,
} from "./names.ts";
import { type OnePort, onePort } from "./one-port/one-port.ts";
import { firewall } from "./place/firewall.ts";
import { forwarding } from "./place/forwarding.ts";
import { kernelScripts } from "./place/kernel-script.ts";
import { networkdFiles } from "./place/networkd.ts";
import { watch } from "./place/watch.ts";
import { executable, executables, readable } from "./unit/files.ts";
import { nameResolutionFiles } from "./unit/name-resolution.ts";
import { desiredOf, type Part } from "./unit/part.ts";
import { SANDBOX_NEEDS, sandbox } from "./unit/sandbox.ts";
import { type ReadFiles, stampScript } from "./unit/stamp.ts";

/** A gateway with every default filled in. */
export interface GatewaySpec {
  /** IPv4 address of the host in its primary tailnet. */
  readonly primaryAddress: string;
  /** IPv6 address of the host there; `null`: clients come by IPv4 only. */
  readonly primaryAddress6: string | null;
  /** Interface that holds it. */
  readonly primaryInterface: string;
  /** Namespaces reach the internet by IPv6, too. */
  readonly uplink6: boolean;
  /** Port of the DNS server on the primary address. */
  readonly dnsPort: number;
  /** Networks (CIDR, IPv4 and IPv6) whose machines may use the gateway. At least one. */
  readonly clients: readonly string[];
  readonly tailscale: Release;
  readonly coredns: Release;
  readonly singBox: Release;
  /** `null`: each tailnet has its own port and no other. */
  readonly onePort: OnePort | null;
  /** Base URL of the archives, without a slash at the end; `null`: the official places. */
  readonly mirror: string | null;
}

/** What all tailnets of a host share: programs, forwarding, the DNS server on the primary address. */
export function renderGateway(spec: GatewaySpec): Desired {
  const { dnsPort: port, clients, coredns } = spec;
  const addresses = addressesOf(spec);
  const scripts = kernelScripts(TAILSCALE.interface);
  return desiredOf(
    {
      files: { ...sharedFiles(spec), ...executables(scripts) },
      packages: PACKAGES,
      downloads: downloads(spec),
      requirements: requirements(spec),
    },
    forwarding({ ...spec, addresses }, scripts),
    watch(scripts),
    hostDns({ addresses, port, clients, corednsVersion: coredns.version }),
    ...onePortOf(spec, scripts),
  );
}

function onePortOf(spec: GatewaySpec, scripts: ReadFiles): Part[] {
  const { onePort: wanted, singBox, primaryInterface, clients } = spec;
  if (wanted === null) return [];
  const at = { addresses: addressesOf(spec), primaryInterface, clients };
  return onePort(wanted, at, singBox.version, scripts);
}

/** Where clients find the gateway. */
export function addressesOf({
  primaryAddress,
  primaryAddress6,
}: Pick<GatewaySpec, "primaryAddress" | "primaryAddress6">): string[] {
  return [primaryAddress, ...(primaryAddress6 === null ? [] : [primaryAddress6])];
}

const PACKAGES: Desired["packages"] = {
  nftables: { keepOff: [] },
  iproute2: { keepOff: [] },
  curl: { keepOff: [] },
  "ca-certificates": { keepOff: [] },
};

/** Read by the units of all tailnets. */
function sharedFiles({ primaryInterface }: GatewaySpec): Desired["files"] {
  return {
    [STAMP_SCRIPT]: executable(stampScript()),
    [WAY_OUT_SCRIPT]: executable(wayOutScript()),
    [LOGIN_SCRIPT]: executable(loginScript()),
    [DOMAIN_SCRIPT]: executable(domainScript()),
    [SANDBOX_FILE]: readable(sandbox()),
    [FIREWALL]: readable(firewall(primaryInterface, TAILSCALE)),
    ...nameResolutionFiles,
    ...networkdFiles,
    [TAILNET_DNS]: readable(tailnetDns()),
  };
}

function downloads({ tailscale, coredns, singBox, mirror }: GatewaySpec): Desired["downloads"] {
  return {
    [tailscaleDirectory(tailscale.version)]: tailscaleDownload(tailscale, mirror),
    [corednsDirectory(coredns.version)]: corednsDownload(coredns, mirror),
    [singBoxDirectory(singBox.version)]: singBoxDownload(singBox, mirror),
  };
}

function requirements(spec: GatewaySpec): Requirement[] {
  const { primaryAddress: address, primaryInterface, dnsPort: port } = spec;
  return [
    { kind: "root" },
    { kind: "systemd", atLeast: 249 },
    { kind: "cgroup2" },
    { kind: "tun" },
    { kind: "nft" },
    { kind: "sandbox", properties: SANDBOX_NEEDS },
    { kind: "address-filter" },
    { kind: "limits" },
    { kind: "architecture", oneOf: architecturesOf(spec) },
    { kind: "package-manager" },
    ...addressesOf(spec).flatMap((one) => ofAddress(one, spec)),
    { kind: "let-in", protocol: "udp", address, port, interface: primaryInterface },
  ];
}

function ofAddress(address: string, { primaryInterface, dnsPort: port }: GatewaySpec): Requirement[] {
  const argument = familyOf(address) === "ip" ? "primaryAddress" : "primaryAddress6";
  const dns = { kind: "port", address, port, unit: HOST_DNS_UNIT, argument: "dnsPort" } as const;
  return [
    { kind: "address", address, interface: primaryInterface, argument },
    { ...dns, protocol: "udp" },
    { ...dns, protocol: "tcp" },
  ];
}

/** Those for which all programs have an archive whose digest is known. */
function architecturesOf({ tailscale, coredns, singBox }: GatewaySpec): Architecture[] {
  const architectures: readonly Architecture[] = ["x86_64", "aarch64"];
  const programs = [tailscale, coredns, singBox];
  return architectures.filter((name) => programs.every(({ sha256 }) => sha256[name]));
}
