import type { HostPath } from "../../../providers/engine/kinds/names.ts";
import type { TailnetNames } from "../names.ts";
import { UNPRIVILEGED } from "../sandbox.ts";
import { command, type UnitText } from "../unit-file.ts";

export interface OnlineUnit {
  readonly name: string;
  readonly names: TailnetNames;
  /** The `tailscale` command. */
  readonly tailscale: HostPath;
  /** Seconds. */
  readonly loginTimeout: number;
}

/** Active once the node has an address; what comes after it may use the tailnet. */
export function onlineUnit({ name, names, tailscale, loginTimeout }: OnlineUnit): UnitText {
  const ask = '"$0" "$1"';
  const wait = [
    `${ask} wait --timeout=${loginTimeout}s && exit 0`,
    `echo "tailnet ${name}: no address after ${loginTimeout} s; tailscale says:" >&2`,
    `${ask} status >&2`,
    "exit 1",
  ];
  return {
    name: names.units.online,
    sections: [
      [
        "Unit",
        [
          ["Description", `Tailnet ${name} is online`],
          ["BindsTo", `${names.units.netns} ${names.units.tailscaled}`],
          ["After", `${names.units.netns} ${names.units.tailscaled}`],
        ],
      ],
      [
        "Service",
        [
          ["Type", "oneshot"],
          ["RemainAfterExit", "yes"],
          // After a boot the way out may take longer than the first login may.
          ["Restart", "on-failure"],
          ["RestartSec", "5"],
          ["NetworkNamespacePath", names.netnsPath],
          ["ExecStart", command("/bin/sh", "-c", wait.join("; "), tailscale, `--socket=${names.socket}`)],
          ["TimeoutStartSec", String(loginTimeout + 15)],
          // Nobody else but root comes near the socket.
          ["User", names.user],
          ...UNPRIVILEGED,
        ],
      ],
      // Not of the namespace's unit: a restart of tailscaled alone must bring this one back as well.
      ["Install", [["WantedBy", names.units.tailscaled]]],
    ],
  };
}
