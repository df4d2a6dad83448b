import { KERNEL_SCRIPT } from "../names.ts";
import { command, type Section } from "../unit/text.ts";
import type { UnitText } from "../unit/unit-file.ts";

/** What is common to units that only hold something in the kernel, made by `KERNEL_SCRIPT` under the name `owner`. */
export function heldInKernel(owner: string): {
  readonly service: Section;
  readonly check: NonNullable<UnitText["check"]>;
} {
  return {
    service: [
      "Service",
      [
        ["Type", "oneshot"],
        ["RemainAfterExit", "yes"],
        ["ExecStart", command(KERNEL_SCRIPT, "up", owner)],
        ["ExecReload", command(KERNEL_SCRIPT, "up", owner)],
        // Not ExecStop: this runs after a start that failed half-way, too.
        ["ExecStopPost", command(KERNEL_SCRIPT, "down", owner)],
        ["TimeoutStartSec", "60"],
      ],
    ],
    check: [KERNEL_SCRIPT, "check", owner],
  };
}
