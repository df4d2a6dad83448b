import { RUN } from "./names.ts";
import { fill } from "./template.ts";

/** Text of the script at `STAMP_SCRIPT`, the Gateway's file that the units of all tailnets call. */
export function stampScript(): string {
  return fill("stamp", { run: RUN });
}
