import { type Desired, NOTHING } from "../../providers/engine/kinds/desired.ts";
import type { KernelObject } from "../../providers/engine/kinds/kernel-object.ts";
import type { Architecture } from "../../providers/engine/kinds/names.ts";
import type { Requirement } from "../../providers/engine/kinds/requirement.ts";
import { script, text, withUnits } from "./desired.ts";
import {
  corednsDirectory,
  corednsDownload,
  type Release,
  tailscaleDirectory,
  tailscaleDownload,
} from "./downloads.ts";
import { firewall } from "./firewall.ts";
import { kernelScript } from "./kernel-script.ts";
import { lookUpFiles } from "./look-ups.ts";
import {
  CONFIG,
  FIREWALL,
  FORWARDING_UNIT,
  HOST_DNS_UNIT,
  HOST_ZONES,
  KERNEL_SCRIPT,
  STAMP_SCRIPT,
  TAILNET_DNS,
} from "./names.ts";
import { SANDBOX_FILE, sandbox } from "./sandbox.ts";
import { stampScript } from "./stamp-script.ts";
import { tailnetDns } from "./tailnet-dns.ts";
import { fill } from "./template.ts";
import { forwardingUnit } from "./units/forwarding.ts";
import { hostDnsUnit } from "./units/host-dns.ts";

/** A gateway with every default filled in. */
export interface GatewaySpec {
  /** IPv4 address of the host in its primary tailnet. */
  readonly primaryAddress: string;
  /** Interface that holds it. */
  readonly primaryInterface: string;
  /** Port of the DNS server on the primary address. */
  readonly dnsPort: number;
  /** Networks (CIDR, IPv4 and IPv6) whose machines may use the gateway. At least one. */
  readonly clients: readonly string[];
  readonly tailscale: Release;
  readonly coredns: Release;
  /** Base URL of the archives, without a slash at the end; `null`: the official places. */
  readonly mirror: string | null;
}

/** What the script in the kernel would take for its own, if it were there. */
const KERNEL_OBJECTS: readonly KernelObject[] = ["table inet tsproxy"];

/** What all tailnets of a host share: programs, forwarding, the DNS server on the primary address. */
export function renderGateway(spec: GatewaySpec): Desired {
  const table = fill("gateway.nft", spec);
  const corefile = fill("gateway.Corefile", {
    address: spec.primaryAddress,
    clients: spec.clients.join(" "),
    zones: HOST_ZONES,
  });
  const rest = fill("gateway.rest", { port: spec.dnsPort });
  const { files, units } = withUnits([
    forwardingUnit({ readOnReload: [kernelScript(), table] }),
    hostDnsUnit({
      coredns: `${corednsDirectory(spec.coredns.version)}/coredns`,
      corefile: `${CONFIG}/Corefile`,
      readAtStart: [corefile, rest],
    }),
  ]);
  return {
    ...NOTHING,
    files: {
      ...files,
      [KERNEL_SCRIPT]: script(kernelScript()),
      [STAMP_SCRIPT]: script(stampScript()),
      [SANDBOX_FILE]: text(sandbox()),
      [FIREWALL]: text(firewall(spec.primaryInterface)),
      ...lookUpFiles,
      [TAILNET_DNS]: text(tailnetDns()),
      [`${CONFIG}/gateway.nft`]: text(table),
      [`${CONFIG}/Corefile`]: text(corefile),
      // The name sorts first and cannot be a tailnet's.
      [`${HOST_ZONES}/00-rest.zone`]: text(rest),
    },
    units,
    kernel: { [FORWARDING_UNIT]: KERNEL_OBJECTS },
    packages: {
      nftables: { keepOff: [] },
      iproute2: { keepOff: [] },
      curl: { keepOff: [] },
      "ca-certificates": { keepOff: [] },
    },
    downloads: {
      [tailscaleDirectory(spec.tailscale.version)]: tailscaleDownload(spec.tailscale, spec.mirror),
      [corednsDirectory(spec.coredns.version)]: corednsDownload(spec.coredns, spec.mirror),
    },
    requirements: requirements(spec),
  };
}

function requirements({
  primaryAddress,
  primaryInterface,
  dnsPort,
  tailscale,
  coredns,
}: GatewaySpec): Requirement[] {
  const architectures: readonly Architecture[] = ["x86_64", "aarch64"];
  const dns = {
    kind: "port",
    address: primaryAddress,
    port: dnsPort,
    unit: HOST_DNS_UNIT,
    argument: "dnsPort",
  } as const;
  return [
    { kind: "root" },
    { kind: "systemd", atLeast: 249 },
    { kind: "cgroup2" },
    { kind: "tun" },
    { kind: "nft" },
    {
      kind: "architecture",
      oneOf: architectures.filter((name) => tailscale.sha256[name] && coredns.sha256[name]),
    },
    { kind: "package-manager" },
    { kind: "address", address: primaryAddress, interface: primaryInterface, argument: "primaryAddress" },
    { ...dns, protocol: "udp" },
    { ...dns, protocol: "tcp" },
  ];
}
