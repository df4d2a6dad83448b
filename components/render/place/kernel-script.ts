import { CONFIG, FIREWALL, KERNEL_GATEWAY, RUN } from "../names.ts";
import { fill } from "../template.ts";

/** Text of the script at `KERNEL_SCRIPT`: the Gateway's file, and part of what the unit of each namespace reads. */
export function kernelScript(): string {
  return fill("place/kernel", { config: CONFIG, run: RUN, gateway: KERNEL_GATEWAY, firewall: FIREWALL });
}
