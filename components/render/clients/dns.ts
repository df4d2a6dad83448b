import { fill } from "../template.ts";
import type { End, Resolver } from "./ends.ts";
import type { ClientFile } from "./file.ts";

export const SPLIT_DNS = "dns/primary-tailnet.md";

/** Names for programs that look them up themselves. */
export function dnsFiles(ends: readonly End[]): ClientFile[] {
  if (ends.length === 0) return [];
  // Windows and control servers ask port 53 only
  const common = ends
    .map((end) => ({ ...end, resolvers: end.resolvers.filter(({ port }) => port === 53) }))
    .filter(({ resolvers }) => resolvers.length > 0);
  return [
    ...(common.length === 0 ? [] : [splitDnsFile(common)]),
    ...macosFiles(ends),
    ...delegateFiles(ends),
    dnsmasqFile(ends),
    ...(common.length === 0 ? [] : windowsFiles(common)),
  ];
}

/** For all clients at once. */
function splitDnsFile(ends: readonly End[]): ClientFile {
  const domains = ends.map(({ name, resolvers }) => ({
    name,
    addresses: resolvers.map(({ address }) => address),
    list: resolvers.map(({ address }) => address).join(", "),
    quoted: resolvers.map(({ address }) => JSON.stringify(address)).join(", "),
  }));
  return {
    path: SPLIT_DNS,
    what: "split DNS of your own (primary) tailnet: one setting for all clients",
    where: "the admin console, the configuration of headscale, or a Pulumi program",
    away: "take the same lines out there",
    text: fill("clients/split-dns.md", { domains }),
  };
}

function macosFiles(ends: readonly End[]): ClientFile[] {
  const domains = ends.map(({ name, resolvers }) => {
    const ports = new Set(resolvers.map(({ port }) => port));
    // a file has one port
    const [port = 53] = ports;
    return {
      name,
      port,
      addresses: resolvers.filter((one) => one.port === port).map(({ address }) => address),
    };
  });
  const files = domains.map((domain) => ({ ...domain, isOther: domain.port !== 53 }));
  const names = ends.map(({ name }) => name).join(" ");
  return [
    {
      path: "dns/macos-install.sh",
      what: "resolver files of macOS, one for each domain",
      where: "run it: `sudo sh macos-install.sh`; it writes below `/etc/resolver`",
      away: "`sudo sh macos-remove.sh`",
      text: fill("clients/macos-install.sh", { files, names }),
    },
    {
      path: "dns/macos-remove.sh",
      what: "takes those away",
      where: "run it: `sudo sh macos-remove.sh`",
      away: "nothing is left of it",
      text: fill("clients/macos-remove.sh", {}),
    },
  ];
}

/** One file for all domains that are asked of the same gateways. */
function delegateFiles(ends: readonly End[]): ClientFile[] {
  const groups = new Map<string, string[]>();
  for (const { name, resolvers } of ends) {
    const servers = resolvers.map((one) => atPort(one, ":")).join(" ");
    groups.set(servers, [...(groups.get(servers) ?? []), name]);
  }
  return [...groups].map(([servers, names], index) => {
    const file = `tailnets${index === 0 ? "" : `-${index + 1}`}.dns-delegate`;
    return {
      path: `dns/${file}`,
      what: "for systemd-resolved of systemd 258 or newer",
      where: `\`/etc/systemd/dns-delegate.d/${file}\`, then \`systemctl reload systemd-resolved\``,
      away: "delete that file and reload again",
      // without ~ single words are tried below the domains
      text: `[Delegate]\nDNS=${servers}\nDomains=${names.map((name) => `~${name}`).join(" ")}\n`,
    };
  });
}

function dnsmasqFile(ends: readonly End[]): ClientFile {
  const lines = ends.flatMap(({ name, resolvers }) =>
    resolvers.map((one) => `server=/${name}/${atPort(one, "#")}\n`),
  );
  return {
    path: "dns/dnsmasq.conf",
    what: "for dnsmasq, and NetworkManager with `dns=dnsmasq`",
    where:
      "`/etc/dnsmasq.d/tailnets.conf`, or `/etc/NetworkManager/dnsmasq.d/tailnets.conf`; then restart it",
    away: "delete that file and restart again",
    text: lines.join(""),
  };
}

function windowsFiles(ends: readonly End[]): ClientFile[] {
  const rules = ends.map(({ name, resolvers }) => ({
    name,
    servers: resolvers.map(({ address }) => `"${address}"`).join(", "),
  }));
  return [
    {
      path: "dns/windows-install.ps1",
      what: "rules of the Name Resolution Policy Table of Windows",
      where: "run it in PowerShell as administrator. Rules of a group policy override them",
      away: "`windows-remove.ps1`",
      text: fill("clients/windows-install.ps1", { rules }),
    },
    {
      path: "dns/windows-remove.ps1",
      what: "takes those away",
      where: "run it in PowerShell as administrator",
      away: "nothing is left of it",
      text: fill("clients/windows-remove.ps1", {}),
    },
  ];
}

function atPort({ address, port }: Resolver, mark: string): string {
  return port === 53 ? address : `${address}${mark}${port}`;
}
