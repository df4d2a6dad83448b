import { inTheWay, type KernelObject } from "./kernel-object.ts";
import type { Architecture, UnitName } from "./names.ts";
import { PACKAGE_MANAGERS } from "./package.ts";
import { type Entry, entriesFor, remediesFor } from "./requirement/firewalls.ts";

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
  /** The host has this address, IPv4 or IPv6, on this interface. `argument` is the user's name for it. */
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
  /** A unit with these properties (`ProtectSystem=strict`) can be started: containers may forbid what they ask for. */
  | { readonly kind: "sandbox"; readonly properties: readonly string[] }
  /** systemd can keep a unit from addresses, for which it needs BPF. Advice. */
  | { readonly kind: "address-filter" }
  /** nftables can tell the processes of a unit by their control group. `instead` says what to do where it cannot. */
  | { readonly kind: "group-filter"; readonly instead: string }
  /** The kernel limits what a unit takes of memory and processes. Advice. */
  | { readonly kind: "limits" }
  /** The host knows a resolver that is not itself, of IPv4 or `by6`. `argument` is the user's name for others. */
  | { readonly kind: "resolver"; readonly by6?: true; readonly argument: string }
  /** The host has an IPv4 route to the server of that name, or `by6` a default route. */
  | { readonly kind: "way"; readonly by6?: true; readonly to: string }
  /** No network of the host has an address of this one, but for those of ours. `argument` is the user's name for it. Advice. */
  | { readonly kind: "free-network"; readonly network: string; readonly argument: string }
  /** The host finds an IPv4 address of the name, or `by6` one of any family. `argument` is the user's name for it. */
  | { readonly kind: "known-name"; readonly by6?: true; readonly name: string; readonly argument: string }
  /** The name leads to no private address. `argument` is the user's name for those that are open all the same. */
  | { readonly kind: "open-server"; readonly name: string; readonly argument: string }
  /** No firewall drops what the host forwards from and to this interface, which is ours. Advice. */
  | { readonly kind: "firewalls"; readonly interface: string }
  /** No firewall drops what comes to this port by this interface, which is not ours. Advice. */
  | ({ readonly kind: "let-in" } & Entry);

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
    case "limits":
      return [precondition.kind];
    case "resolver":
      return [precondition.kind, ...(precondition.by6 ? ["by6"] : [])];
    case "address-filter":
      return ["address_filter"];
    case "group-filter":
      return ["group_filter"];
    case "sandbox":
      return ["sandbox", ...precondition.properties];
    case "way":
      return ["way_to", precondition.to, ...(precondition.by6 ? ["by6"] : [])];
    case "free-network":
      return ["free_network", precondition.network];
    case "known-name":
      return ["known_name", precondition.name, ...(precondition.by6 ? ["by6"] : [])];
    case "open-server":
      return ["open_server", precondition.name];
    case "firewalls":
      return ["firewalls", precondition.interface];
    case "let-in": {
      const { protocol, address, port, interface: by } = precondition;
      return ["let_in", protocol, address, String(port), by];
    }
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

/** @param evidence a default route by IPv6, if there is one */
function wayOut(evidence: string): string {
  if (evidence !== "") return "namespaces go by that with uplink6: true";
  return "give it one: a namespace goes by the host's";
}

const ADVICE: readonly Precondition["kind"][] = [
  "firewalls",
  "let-in",
  "free-network",
  "address-filter",
  "limits",
];

/** Only advice: the host may well be set up for it already. */
export function isAdvice({ kind }: Precondition): boolean {
  return ADVICE.includes(kind);
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
    case "sandbox":
      return `units cannot have their sandbox here${found}; where the host is a container, let it mount (LXD and Incus: security.nesting=true), or use a virtual machine`;
    case "address-filter":
      return "systemd cannot filter addresses here (BPF is missing, or forbidden in this container): nftables alone keeps others than the clients from the SOCKS ports, and nothing keeps a DNS server that was taken over from a cloud's metadata service";
    case "group-filter":
      return `nftables cannot tell here what a unit sends (socket cgroupv2)${found}, so nothing would keep this process to its tailnet; use Linux 5.13 or newer, or ${precondition.instead}`;
    case "limits":
      return `the kernel limits no unit here${found}: clients of one tailnet may use up the host's memory; on a Raspberry Pi add cgroup_enable=memory to /boot/firmware/cmdline.txt and reboot`;
    case "resolver":
      return `${precondition.argument}: this host has no ${precondition.by6 ? "" : "IPv4 "}resolver that a namespace can ask${found}; give those that it shall ask, for example ${precondition.argument}: ["9.9.9.9"]`;
    case "way":
      return `this host has no ${precondition.by6 ? "" : "IPv4 "}default route, and none to ${precondition.to}${found}; ${wayOut(evidence)}`;
    case "free-network":
      return `${precondition.argument}: ${precondition.network} lies in a network of this host${found}, in which the host reaches no machine with one of these four addresses from now on; where there is one, choose another ${precondition.argument}`;
    case "known-name":
      return `${precondition.argument}: this host finds no ${precondition.by6 ? "" : "IPv4 "}address of ${precondition.name}${found}; correct ${precondition.argument}, or mend this host's DNS, or give resolvers that know the name`;
    case "open-server":
      return `loginServer: ${precondition.name} leads to a private address, which is closed to the namespace${found}; list it in ${precondition.argument}`;
    case "firewalls":
      return `${evidence.trim()} drops what this host forwards, also from and to ${precondition.interface}; let it through: ${remediesFor(evidence.trim().split(" "), precondition.interface)}`;
    case "let-in": {
      const { protocol, address, port, interface: by } = precondition;
      return `${evidence.trim()} drops what comes to ${protocol} port ${port} of ${address} by ${by}: clients get no answer; let it in: ${entriesFor(evidence.trim().split(" "), precondition)}`;
    }
  }
}
