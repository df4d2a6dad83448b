import type { Footprint } from "./footprint.ts";
import type { KernelObject, Requirement } from "./model.ts";

/** The words and arguments of the host's `need` function for a requirement. */
export function questionOf(requirement: Requirement): string[] {
  switch (requirement.kind) {
    case "root":
    case "cgroup2":
    case "tun":
    case "nft":
    case "apt":
      return [requirement.kind];
    case "firewalls":
      return ["firewalls"];
    case "systemd":
      return ["systemd", String(requirement.atLeast)];
    case "architecture":
      return ["architecture", ...requirement.oneOf];
    case "package":
      return ["package", requirement.name];
    case "absent":
      return ["absent", ...requirement.objects];
    case "address":
      return ["address", requirement.address, requirement.interface];
    case "port":
      return ["port", requirement.protocol, requirement.address, String(requirement.port), requirement.unit];
  }
}

/** Only advice: the host may well be set up for it already. */
export function isAdvice(requirement: Requirement): boolean {
  return requirement.kind === "firewalls";
}

/** What the resource has made itself is there by right. */
export function isOwn(requirement: Requirement, { units }: Footprint): boolean {
  return requirement.kind === "absent" && requirement.unit in units;
}

/** A finding as the user reads it: what is missing, what was found, what to do. */
export function findingText(requirement: Requirement, evidence: string): string {
  const found = evidence === "" ? "" : ` (found: ${evidence})`;
  switch (requirement.kind) {
    case "root":
      return `commands do not run as root${found}; use the user root or one with "sudo -n"`;
    case "systemd":
      return `systemd ${requirement.atLeast} or newer is needed${found}; use Debian 12, Ubuntu 24.04 or newer`;
    case "cgroup2":
      return "cgroup v2 is not mounted at /sys/fs/cgroup; boot with systemd.unified_cgroup_hierarchy=1";
    case "tun":
      return `/dev/net/tun must be there and open to all${found}; load the module (modprobe tun), give the container this device, chmod 0666 /dev/net/tun`;
    case "nft":
      return `nftables does not work${found}; use a kernel with nf_tables, or give the container CAP_NET_ADMIN`;
    case "architecture":
      return `the processor is not one of ${requirement.oneOf.join(", ")}${found}`;
    case "apt":
      return `the package manager cannot be used${found}; wait for it, or install apt`;
    case "package":
      return `apt has no package ${requirement.name}; ${requirement.instead}`;
    case "absent":
      return intruders(requirement.objects.filter((object) => evidence.split(", ").includes(object)));
    case "address":
      return `${requirement.argument}: ${requirement.address} is not an address of ${requirement.interface}${found}; join the primary tailnet first (tailscale up), or correct ${requirement.argument}`;
    case "port":
      return `${requirement.argument}: ${requirement.protocol} port ${requirement.port} of ${requirement.address} is taken${found}; choose another port, or stop what listens there`;
    case "firewalls":
      return `${evidence.trim()} filters forwarded packets too; if the namespaces do not reach the internet, let ${requirement.interface} through: ${firewallRemedies(evidence, requirement.interface)}`;
  }
}

const REMEDY: ReadonlyMap<string, (name: string) => string> = new Map([
  ["ufw", (name) => `ufw route allow in on ${name}`],
  [
    "firewalld",
    (name) => `firewall-cmd --permanent --zone=trusted --add-interface=${name} && firewall-cmd --reload`,
  ],
  [
    "docker",
    (name) =>
      `iptables -I DOCKER-USER -i ${name} -j ACCEPT; iptables -I DOCKER-USER -o ${name} -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT`,
  ],
]);

function intruders(objects: readonly KernelObject[]): string {
  const removals = objects.map(removalOf).join("; ");
  return `what this resource would make in the kernel is there already and was not made by this stack: ${objects.join(", ")}; choose another name, or remove it: ${removals}`;
}

const REMOVAL: ReadonlyMap<string, string> = new Map([
  ["namespace", "ip netns del"],
  ["interface", "ip link del dev"],
  ["table", "nft delete table"],
  ["rule", "ip rule del pref"],
]);

function removalOf(object: KernelObject): string {
  return object.replace(/^\S+/, (kind) => REMOVAL.get(kind) ?? kind);
}

function firewallRemedies(evidence: string, name: string): string {
  return evidence
    .trim()
    .split(" ")
    .map((firewall) => `"${REMEDY.get(firewall)?.(name) ?? firewall}"`)
    .join(", ");
}
