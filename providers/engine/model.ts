/** Absolute path on the host, e.g. `/etc/tsproxy/work/node.json`. Printable ASCII without quotes or blanks. */
export type HostPath = `/${string}`;

/** Full unit name, suffix included, e.g. `tsproxy-work-dns.service`. */
export type UnitName = `${string}.${"service" | "socket" | "target" | "timer"}`;

/** Where the file of a unit lies, by its name. */
export const UNIT_FILES = "/etc/systemd/system/";

/** `uname -m` of a host this library has binaries for. */
export type Architecture = "x86_64" | "aarch64";

/** Lower-case hex SHA-256. */
export type Digest = string;

/**
 * What one component wants of one host: plain JSON, stored as an input of the resource and shown in
 * previews. The kinds are closed; another one needs an ADR.
 */
export interface Desired {
  readonly files: Readonly<Record<HostPath, FileSpec>>;
  readonly units: Readonly<Record<UnitName, UnitSpec>>;
  /** Debian packages by name. Removed with the resource only if this library installed them and nobody else needs them. */
  readonly packages: Readonly<Record<string, PackageSpec>>;
  /** By the directory that is made of the archive; its path holds the version. */
  readonly downloads: Readonly<Record<HostPath, DownloadSpec>>;
  readonly probes: Readonly<Record<string, ProbeSpec>>;
  /**
   * Units of other resources that read files of this one. They are reloaded where they run when such a file was
   * written or removed, unless a unit of this resource starts in the same run: that tells them by itself.
   */
  readonly readers: readonly UnitName[];
  /** Checked on the host before the first change; all that fail are reported together. */
  readonly requirements: readonly Requirement[];
  /** What must happen before the resource is removed. */
  readonly leave: LeaveSpec | null;
}

export interface FileSpec {
  /** Permission bits as four octal digits, e.g. `0644`. The owner is always root. */
  readonly mode: string;
  /** The text (UTF-8, no NUL), or the key of a secret whose value never enters this object. */
  readonly content: string | { readonly secret: string };
}

/** The state a unit must be in. In a drifted resource the same shape says how it was found. */
export interface UnitSpec {
  readonly active: boolean;
  /** Started at boot. `null`: the unit has no [Install] section (e.g. it is started by a socket). */
  readonly enabled: boolean | null;
  readonly masked: boolean;
  /** True when `check` succeeds: what the unit owns in the kernel is there. True for a unit without a check. */
  readonly intact: boolean;
  /** Of everything the process read at start; another value means restart. See `unitFile`. */
  readonly started: string;
  /** Of everything the process reads again on reload; another value means reload. Empty: nothing is. */
  readonly reloaded: string;
  /**
   * Command (absolute path, arguments, and as the last word a name) that looks at what the unit owns in
   * the kernel. Commands that differ in the name only are run as one, with all names; each prints a line
   * `NAME STATUS`. 0: intact; 1, and no answer: a reload mends it; anything else: only a restart does.
   */
  readonly check: readonly string[] | null;
  /**
   * Its state, cache and log directories, by the names that they have below /var/lib, /var/cache and /var/log,
   * are deleted with it (`systemctl clean`), also when its file is gone. `true`: as it was written before names
   * were; then only with its file.
   */
  readonly clean: boolean | readonly string[];
}

export interface PackageSpec {
  /** Units that the package brings and that must never run; masked before it is installed. */
  readonly keepOff: readonly UnitName[];
}

export interface DownloadSpec {
  readonly archives: Readonly<
    Partial<Record<Architecture, { readonly url: string; readonly sha256: Digest }>>
  >;
  /** Servers (`host` or `host:port`) to which the URL may lead, beside its own. @default none */
  readonly redirects?: readonly string[];
  /** Files taken out of the .tar.gz by their base name, with the mode they get. */
  readonly members: Readonly<Record<string, string>>;
}

/** A read-only question whose answer the resource carries as facts. */
export type ProbeSpec = TailnetProbe;

export interface TailnetProbe {
  readonly kind: "tailnet";
  /** Socket of the tailscaled that is asked. */
  readonly socket: HostPath;
  /** Restarted when the node is found logged out. */
  readonly unit: UnitName;
  /** Always true as a wish; false is drift. */
  readonly loggedIn: boolean;
}

export type Requirement =
  | { readonly kind: "root" }
  | { readonly kind: "systemd"; readonly atLeast: number }
  | { readonly kind: "cgroup2" }
  | { readonly kind: "tun" }
  /** Where nft is installed already, the kernel answers it. */
  | { readonly kind: "nft" }
  | { readonly kind: "architecture"; readonly oneOf: readonly Architecture[] }
  /** An apt that no other program holds. */
  | { readonly kind: "apt" }
  /** apt knows the package, or it is installed. `instead` says what to do where it does not exist. */
  | { readonly kind: "package"; readonly name: string; readonly instead: string }
  /** The host has this IPv4 address on this interface. `argument` is the user's name for it. */
  | {
      readonly kind: "address";
      readonly address: string;
      readonly interface: string;
      readonly argument: string;
    }
  /** Nobody but `unit` listens there. `argument` is the user's name for the port. */
  | {
      readonly kind: "port";
      readonly protocol: "tcp" | "udp";
      readonly address: string;
      readonly port: number;
      readonly unit: UnitName;
      readonly argument: string;
    }
  /**
   * Nothing of these names is in the kernel, or it is the work of `unit`, which is this resource's. What the unit
   * should have come to be unable to remove is taken away with the resource.
   */
  | {
      readonly kind: "absent";
      readonly objects: readonly KernelObject[];
      readonly unit: UnitName;
    }
  /** ufw, firewalld and Docker filter forwarded packets: reported as advice, never refused. `interface` is ours. */
  | { readonly kind: "firewalls"; readonly interface: string };

/** A table with its family, `table inet tsproxy`; a rule with its priority and what it is about, `rule 5200 to 10.200.0.4/30`. */
export type KernelObject = `${KernelKind} ${string}`;

export type KernelKind = "namespace" | "interface" | "table" | "rule";

export interface LeaveSpec {
  readonly kind: "tailnet-logout";
  readonly tailscale: HostPath;
  readonly socket: HostPath;
  /** tailscaled's configuration file; unlocked for the logout. */
  readonly config: HostPath;
  /**
   * URL of the control server; before another one is served, this one is left. Not there in what was written
   * before it was noted.
   */
  readonly server?: string;
  /** The unit that must run for it. */
  readonly unit: UnitName;
  /** 1 to 300. When it is over, removal goes on and says that the node is still listed. */
  readonly deadlineSeconds: number;
}

/** Who a resource is. The engine is told nothing of it by Pulumi. */
export interface Identity {
  readonly project: string;
  readonly stack: string;
  /** Name on the host, unique there; also the name of the manifest: `gateway`, `tailnet-work`, `socks-work`, `dns-work`. */
  readonly key: string;
  /** Of several resources that were given this key one after the other: which one. Made by `create`. */
  readonly nonce?: string;
  /** Removed last of its stack on the host: takes along what interrupted runs of the stack left there. */
  readonly sweeps: boolean;
}

export const NOTHING: Desired = {
  files: {},
  units: {},
  packages: {},
  downloads: {},
  probes: {},
  readers: [],
  requirements: [],
  leave: null,
};
