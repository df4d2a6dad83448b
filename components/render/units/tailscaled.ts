import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { type TailnetNames, UPSTREAM_DNS } from "../names.ts";
import { TAILSCALED } from "../sandbox.ts";
import { command, type Entry, type UnitText } from "../unit-file.ts";
import { boundToNetns, startedWithNetns } from "./bound.ts";

export interface TailscaledUnit {
  readonly name: string;
  readonly names: TailnetNames;
  /** Directory that holds `tailscale` and `tailscaled`. */
  readonly programs: HostPath;
  /** tailscaled's configuration file. */
  readonly config: HostPath;
  readonly authKey: HostPath;
  /** Directory of further CA certificates, or `null`. */
  readonly certificates: HostPath | null;
  readonly readAtStart: readonly string[];
  readonly readOnReload: readonly string[];
}

/** Where systemd puts the auth key for this unit alone. */
export function credential({ units }: TailnetNames): HostPath {
  return `/run/credentials/${units.tailscaled}/authkey`;
}

/** tailscaled inside the namespace, under a user of its own and with an /etc of its own. */
export function tailscaledUnit(unit: TailscaledUnit): UnitText {
  const { name, names, programs, config } = unit;
  const daemon = [
    `${programs}/tailscaled`,
    `--config=${config}`,
    `--statedir=/var/lib/${names.directory}`,
    `--socket=${names.socket}`,
    "--port=0",
    "--no-logs-no-support",
  ];
  const reload = [`${programs}/tailscale`, `--socket=${names.socket}`, "debug", "reload-config"];
  return {
    name: names.units.tailscaled,
    sections: [
      ["Unit", boundToNetns(`Node of tailnet ${name}`, names, [names.units.dns])],
      [
        "Service",
        [
          ["Type", "notify"],
          ["NetworkNamespacePath", names.netnsPath],
          ["ExecStart", command("/bin/sh", "-c", OWN_RESOLV_CONF, ...daemon)],
          ["ExecReload", command(...reload)],
          // `always`: a hang-up signal ends tailscaled with success.
          ["Restart", "always"],
          ["RestartSec", "2"],
          ["LoadCredential", `authkey:${unit.authKey}`],
          ["User", names.user],
          ["RuntimeDirectory", names.directory],
          // Processes of other tailnets are kept from the socket, which answers whoever reaches it.
          ["RuntimeDirectoryMode", "0700"],
          ["StateDirectory", names.directory],
          ["StateDirectoryMode", "0700"],
          ["CacheDirectory", names.directory],
          ["Environment", "TS_DEBUG_FIREWALL_MODE=nftables"],
          ...(unit.certificates === null
            ? []
            : [["Environment", `SSL_CERT_DIR=${unit.certificates}`] satisfies Entry]),
          ...ownEtc(names),
          ...TAILSCALED,
        ],
      ],
      startedWithNetns(names),
    ],
    readAtStart: unit.readAtStart,
    readOnReload: unit.readOnReload,
    clean: true,
  };
}

/**
 * An empty, writable /etc with a few files of the host's seen through it. With accepted DNS tailscaled
 * replaces resolv.conf and keeps a copy beside it; a single mounted file does not let it. The directory
 * of the tailnet is mounted whole, so that files replaced by rename are seen anew.
 */
function ownEtc({ config }: TailnetNames): Entry[] {
  return [
    ["TemporaryFileSystem", "/etc:mode=1777"],
    ["BindReadOnlyPaths", "-/etc/ssl -/etc/passwd -/etc/group -/etc/hosts -/etc/os-release -/etc/localtime"],
    ["BindReadOnlyPaths", config],
  ];
}

/** That /etc lasts as long as one process, so the process fills it in before it becomes tailscaled. */
const OWN_RESOLV_CONF = `echo nameserver ${UPSTREAM_DNS} >/etc/resolv.conf && exec "$0" "$@"`;
