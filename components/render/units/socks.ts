import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import { INSIDE_RESOLV_CONF, NSSWITCH } from "../look-ups.ts";
import type { TailnetNames } from "../names.ts";
import { DANTE } from "../sandbox.ts";
import { command, type UnitText } from "../unit-file.ts";
import { boundToNetns, startedWithNetns } from "./bound.ts";

export interface SocksUnit {
  readonly name: string;
  readonly names: TailnetNames;
  /** Directory with danted.conf. */
  readonly config: HostPath;
  readonly readAtStart: readonly string[];
}

/**
 * Dante inside the namespace. Without an address on tailscale0 it would look for a host of that name
 * and hang, so the start fails at once instead and is tried again.
 */
export function socksUnit({ name, names, config, readAtStart }: SocksUnit): UnitText {
  const address = "ip -4 -o addr show dev tailscale0 2>/dev/null | grep -q inet";
  const complain = `echo "tailnet ${name} has no address yet" >&2`;
  return {
    name: names.units.socks,
    sections: [
      [
        "Unit",
        boundToNetns(`SOCKS server inside tailnet ${name}`, names, [
          names.units.tailscaled,
          names.units.online,
        ]),
      ],
      [
        "Service",
        [
          ["Type", "exec"],
          ["NetworkNamespacePath", names.netnsPath],
          ["ExecStartPre", command("+/bin/sh", "-c", `${address} || { ${complain}; exit 1; }`)],
          ["ExecStart", command("/usr/sbin/danted", "-f", `${config}/danted.conf`, "-p", "/tmp/danted.pid")],
          // A hang-up makes it forget the names it looked up, failures too; a faulty file would end it.
          ["ExecReload", command("/usr/sbin/danted", "-V", "-f", `${config}/danted.conf`)],
          ["ExecReload", "/bin/kill -HUP $MAINPID"],
          ["TimeoutStartSec", "30"],
          ["Restart", "always"],
          ["RestartSec", "2"],
          // Names are resolved inside the namespace, whatever this host has in /etc.
          ["TemporaryFileSystem", "/etc:ro"],
          ["BindReadOnlyPaths", "-/etc/ld.so.cache -/etc/passwd -/etc/group -/etc/localtime"],
          ["BindReadOnlyPaths", config],
          ["BindReadOnlyPaths", `${INSIDE_RESOLV_CONF}:/etc/resolv.conf ${NSSWITCH}:/etc/nsswitch.conf`],
          ...DANTE,
        ],
      ],
      startedWithNetns(names),
    ],
    readAtStart,
  };
}
