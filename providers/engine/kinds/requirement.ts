import { inTheWay, type KernelObject } from "./kernel-object.ts";
import type { Architecture, UnitName } from "./names.ts";
import { PACKAGE_MANAGERS } from "./package.ts";

/** What a host must have before the first change. */
export type Requirement =
  | { readonly kind: "root" }
  | { readonly kind: "systemd"; readonly atLeast: number }
  | { readonly kind: "cgroup2" }
  | { readonly kind: "tun" }
  /** Where nft is installed already, the kernel answers it. */
  | { readonly kind: "nft" }
  /** A user without privileges can be the owner of a network namespace. */
  | { readonly kind: "user-namespaces" }
  | { readonly kind: "architecture"; readonly oneOf: readonly Architecture[] }
  /** A package manager that the engine knows and that no other program holds. */
  | { readonly kind: "package-manager" }
  /** The package manager knows the package. `instead` says what to do where it does not exist. */
  | { readonly kind: "package"; readonly name: string; readonly instead: string }
  /** The host has this IPv4 address on this interface. `argument` is the user's name for it. */
  | {
      readonly kind: "address";
      readonly address: string;
      readonly interface: string;
      readonly argument: string;
    }
  /** No process but `unit`'s listens there. `argument` is the user's name for the port. */
  | {
      readonly kind: "port";
      readonly protocol: "tcp" | "udp";
      readonly address: string;
      readonly port: number;
      readonly unit: UnitName;
      readonly argument: string;
    }
  /** ufw, firewalld and Docker filter forwarded packets: reported as advice, never refused. `interface` is ours. */
  | { readonly kind: "firewalls"; readonly interface: string };

/** A requirement, or that nothing is in the kernel of what the resource is about to make there. */
export type Precondition =
  | Requirement
  | { readonly kind: "absent"; readonly objects: readonly KernelObject[] };

/** The words and arguments of the host's `need` function for a precondition. */
export function questionOf(precondition: Precondition): string[] {
  switch (precondition.kind) {
    case "root":
    case "cgroup2":
    case "tun":
    case "nft":
    case "firewalls":
      return [precondition.kind];
    case "package-manager":
      return ["package_manager"];
    case "user-namespaces":
      return ["user_namespaces"];
    case "systemd":
      return ["systemd", String(precondition.atLeast)];
    case "architecture":
      return ["architecture", ...precondition.oneOf];
    case "package":
      return ["package", precondition.name];
    case "absent":
      return ["absent", ...precondition.objects];
    case "address":
      return ["address", precondition.address, precondition.interface];
    case "port": {
      const { protocol, address, port, unit } = precondition;
      return ["port", protocol, address, String(port), unit];
    }
  }
}

/** Only advice: the host may well be set up for it already. */
export function isAdvice({ kind }: Precondition): boolean {
  return kind === "firewalls";
}

/** A finding as the user reads it: what is missing, what was found, what to do. */
export function findingText(precondition: Precondition, evidence: string): string {
  const found = evidence === "" ? "" : ` (found: ${evidence})`;
  switch (precondition.kind) {
    case "root":
      return `commands do not run as root${found}; use the user root or one with "sudo -n"`;
    case "systemd":
      return `systemd ${precondition.atLeast} or newer is needed${found}; use Debian 12, Ubuntu 24.04 or newer`;
    case "cgroup2":
      return "cgroup v2 is not mounted at /sys/fs/cgroup; boot with systemd.unified_cgroup_hierarchy=1";
    case "tun":
      return `/dev/net/tun must be there and open to all${found}; load the module (modprobe tun), give the container this device, chmod 0666 /dev/net/tun`;
    case "nft":
      return `nftables does not work${found}; use a kernel with nf_tables, or give the container CAP_NET_ADMIN`;
    case "user-namespaces":
      return `the host makes no user namespaces${found}; allow them (sysctl user.max_user_namespaces), or set userNamespace: false: tailscaled then has a privilege that reaches every network of the host`;
    case "architecture":
      return `the processor is not one of ${precondition.oneOf.join(", ")}${found}`;
    case "package-manager":
      return `the package manager cannot be used${found}; wait for it, or install ${Object.keys(PACKAGE_MANAGERS).join(" or ")}`;
    case "package":
      return `${evidence === "" ? "the package manager" : evidence} has no package ${precondition.name}; ${precondition.instead}`;
    case "absent":
      return inTheWay(precondition.objects.filter((object) => evidence.split(", ").includes(object)));
    case "address":
      return `${precondition.argument}: ${precondition.address} is not an address of ${precondition.interface}${found}; join the primary tailnet first (tailscale up), or correct ${precondition.argument}`;
    case "port":
      return `${precondition.argument}: ${precondition.protocol} port ${precondition.port} of ${precondition.address} is taken${found}; choose another port, or stop what listens there`;
    case "firewalls":
      return `${evidence.trim()} filters forwarded packets too; if the namespaces do not reach the internet, let ${precondition.interface} through: ${remedies(evidence, precondition.interface)}`;
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

function remedies(evidence: string, name: string): string {
  const firewalls = evidence.trim().split(" ");
  return firewalls.map((firewall) => `"${REMEDY.get(firewall)?.(name) ?? firewall}"`).join(", ");
}
