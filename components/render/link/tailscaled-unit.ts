import type { Desired } from "../../../providers/engine/kinds/desired.ts";
import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { KERNEL_SCRIPT, type TailnetNames, UPSTREAM_DNS, VISITOR_WORD } from "../names.ts";
import type { Place } from "../place/place.ts";
import { type Limits, limits } from "../unit/limits.ts";
import { privileged, UNPRIVILEGED_CALLS } from "../unit/sandbox.ts";
import type { ReadFiles } from "../unit/stamp.ts";
import { command, type Entry, ON_THE_HOST, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";

export interface TailscaledUnit {
  readonly name: string;
  readonly names: TailnetNames;
  readonly place: Place;
  /** Directory that holds `tailscale` and `tailscaled`. */
  readonly programs: HostPath;
  /** tailscaled's configuration file. */
  readonly config: HostPath;
  /** Directory of further CA certificates, or `null`. */
  readonly certificates: HostPath | null;
  readonly manner: Manner;
  readonly readAtStart: ReadFiles;
  readonly readOnReload: ReadFiles;
  /** URL of the control server: a running daemon stays with its former one. */
  readonly loginServer: string;
}

/** How a node comes to a network, and what that takes. */
export interface Manner {
  /** Ahead of the daemon's command: what it is started by. */
  readonly by: readonly string[];
  /** Options of the daemon. */
  readonly options: readonly string[];
  readonly sandbox: readonly Entry[];
  readonly limits: Limits;
  /** Further lines of [Service], ahead of the commands; of them, those for a reload come after the daemon's own. */
  readonly lines: readonly Entry[];
  /** Lines of [Service] of the unit that is active once the node is online. */
  readonly whenOnline: readonly Entry[];
  /** See `UnitSpec.check`; `null`: it has nothing in the kernel that others could take away. */
  readonly check: readonly string[] | null;
  readonly requirements: Desired["requirements"];
}

/** tailscaled makes its interface, routes and rules in the network it is in; no other device, no other file. */
const SANDBOX: readonly Entry[] = [
  ["DevicePolicy", "closed"],
  ["DeviceAllow", "/dev/net/tun rw"],
  ...UNPRIVILEGED_CALLS,
];

/** What lets it do that: it enters the user namespace that the network belongs to, in which it is root and out of which nothing. */
const IN_USER_NAMESPACE: readonly Entry[] = [
  ["DynamicUser", "yes"],
  ["CapabilityBoundingSet", ""],
  ["RestrictNamespaces", "user"],
  ["SystemCallFilter", "setns"],
];

/** On a host without user namespaces: a privilege that reaches every network of the host. */
const PRIVILEGED: readonly Entry[] = [
  ...privileged("CAP_NET_ADMIN CAP_NET_RAW"),
  ["RestrictNamespaces", "yes"],
];

/**
 * By an interface of its own. The one before took along the routes into it of a node that is a visitor there.
 *
 * @param tailnet name on the host
 * @param userNamespace the network that it is in belongs to a user namespace of its own user
 */
export function ownInterface(tailnet: string, userNamespace: boolean, names: TailnetNames): Manner {
  const mendVisitor = [...ON_THE_HOST, KERNEL_SCRIPT, "mend", `${tailnet}:${VISITOR_WORD}`];
  const enter = ["/usr/bin/nsenter", `--user=${names.userNamespace}`, "--preserve-credentials"];
  return {
    by: userNamespace ? enter : [],
    options: ["--port=0"],
    sandbox: [...SANDBOX, ...(userNamespace ? IN_USER_NAMESPACE : PRIVILEGED)],
    limits: LIMITS,
    lines: [],
    whenOnline: [["ExecStartPost", `-${command(...mendVisitor)}`]],
    check: null,
    requirements: [],
  };
}

/** What it keeps of its tailnet grows with it, to hundreds of megabytes where there are ten thousand nodes. */
const LIMITS: Limits = { memory: "50%", tasks: 512 };

/** tailscaled, under a user of its own and with an /etc of its own. It needs the resolver in its place. */
export function tailscaledUnit(unit: TailscaledUnit): UnitText {
  const { name, names, place, readAtStart, readOnReload } = unit;
  return {
    name: names.units.tailscaled,
    sections: [
      [
        "Unit",
        [
          ...place.unit({ description: `Node of tailnet ${name}`, after: [names.units.dns] }),
          ["X-LoginServer", unit.loginServer],
        ],
      ],
      service(unit),
      place.install,
    ],
    readAtStart,
    readOnReload,
    ...(unit.manner.check && { check: unit.manner.check }),
    clean: true,
  };
}

function service(unit: TailscaledUnit): Section {
  const { manner } = unit;
  const isReload = ([key]: Entry) => key === "ExecReload";
  return [
    "Service",
    [
      ["Type", "notify"],
      ...unit.place.network,
      ...manner.lines.filter((line) => !isReload(line)),
      ...commands(unit),
      ...manner.lines.filter(isReload),
      // `always`: a hang-up signal ends tailscaled with success.
      ["Restart", "always"],
      ["RestartSec", "5"],
      ...limits(manner.limits),
      ["User", unit.names.user],
      ...directories(unit.names),
      ...environment(unit),
      ...ownWritableEtc(unit.names),
      ...manner.sandbox,
    ],
  ];
}

function commands(unit: TailscaledUnit): Entry[] {
  const { names, programs, config, manner } = unit;
  const daemon = [
    `${programs}/tailscaled`,
    `--config=${config}`,
    `--statedir=/var/lib/${names.directory}`,
    `--socket=${names.socket}`,
    ...manner.options,
    "--no-logs-no-support",
  ];
  const reload = [`${programs}/tailscale`, `--socket=${names.socket}`, "debug", "reload-config"];
  return [
    ["ExecStart", command("/bin/sh", "-c", OWN_RESOLV_CONF, ...manner.by, ...daemon)],
    ["ExecReload", command(...reload)],
  ];
}

/** Closed to processes of other tailnets: the socket in the first answers every process that reaches it. */
function directories({ directory }: TailnetNames): Entry[] {
  return [
    ["RuntimeDirectory", directory],
    ["RuntimeDirectoryMode", "0700"],
    ["BindPaths", `/run/${directory}`],
    // It tells systemd that it is ready.
    ["BindReadOnlyPaths", "/run/systemd/notify"],
    ["StateDirectory", directory],
    ["StateDirectoryMode", "0700"],
    ["CacheDirectory", directory],
  ];
}

function environment({ certificates }: TailscaledUnit): Entry[] {
  const always: Entry[] = [["Environment", "TS_DEBUG_FIREWALL_MODE=nftables"]];
  return certificates === null ? always : [...always, ["Environment", `SSL_CERT_DIR=${certificates}`]];
}

/**
 * An empty, writable /etc with a few files of the host's seen through it. With accepted DNS tailscaled
 * replaces resolv.conf and keeps a copy beside it; a single mounted file does not let it. The directory
 * of the tailnet is mounted whole, so that files replaced by rename are seen anew.
 */
function ownWritableEtc({ config }: TailnetNames): Entry[] {
  return [
    ["TemporaryFileSystem", "/etc:mode=1777"],
    ["BindReadOnlyPaths", "-/etc/ssl -/etc/passwd -/etc/group -/etc/hosts -/etc/os-release -/etc/localtime"],
    ["BindReadOnlyPaths", config],
  ];
}

/** That /etc lasts as long as one process, so the process fills it in before it becomes tailscaled. */
const OWN_RESOLV_CONF = `echo nameserver ${UPSTREAM_DNS} >/etc/resolv.conf && exec "$0" "$@"`;
