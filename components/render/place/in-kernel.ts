import type { Requirement } from "../../../providers/engine/kinds/requirement.ts";
import { KERNEL_SCRIPT } from "../names.ts";
import { command, type Entry, ON_THE_HOST, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";

/**
 * What a unit has in the kernel beside its process, under the name `owner`: rules of a namespace that go by the unit's
 * control group. The script is run as root, with the network and the mounts of the host, and in that control group.
 *
 * @param instead what to do where nftables does not know control groups, as in `group-filter`
 */
export function broughtAlong(
  owner: string,
  instead: string,
): {
  readonly lines: readonly Entry[];
  readonly check: NonNullable<UnitText["check"]>;
  readonly requirements: readonly Requirement[];
} {
  const script = (what: string) => `+${command(...FROM_INSIDE, KERNEL_SCRIPT, what, owner)}`;
  return {
    lines: [
      ["ExecStartPre", script("up")],
      ["ExecReload", script("up")],
      ["ExecStopPost", `-${script("down")}`],
    ],
    check: [KERNEL_SCRIPT, "check", owner],
    requirements: [{ kind: "group-filter", instead }],
  };
}

const FROM_INSIDE = ["/usr/bin/nsenter", "-m/proc/1/ns/mnt", "-n/proc/1/ns/net"];

/**
 * What is common to units that only hold something in the kernel, made by `KERNEL_SCRIPT` under the name `owner`.
 *
 * @param user lines for a unit that has a user, to whom something of it belongs; the script is run as root, and mounts
 *   for the whole host.
 */
export function heldInKernel(
  owner: string,
  user: readonly Entry[] = [],
): {
  readonly service: Section;
  readonly check: NonNullable<UnitText["check"]>;
} {
  const script = user.length > 0 ? [...ON_THE_HOST, KERNEL_SCRIPT] : [KERNEL_SCRIPT];
  return {
    service: [
      "Service",
      [
        ["Type", "oneshot"],
        ["RemainAfterExit", "yes"],
        ["ExecStart", command(...script, "up", owner)],
        ["ExecReload", command(...script, "up", owner)],
        // Not ExecStop: this runs after a start that failed half-way, too.
        ["ExecStopPost", command(...script, "down", owner)],
        ["TimeoutStartSec", "60"],
        // At boot a network may go while it is looked at.
        ["Restart", "on-failure"],
        ["RestartSec", "10"],
        ...user,
      ],
    ],
    check: [KERNEL_SCRIPT, "check", owner],
  };
}
