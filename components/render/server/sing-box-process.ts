import { type Limits, memoryFor } from "../unit/limits.ts";

/** What every process of sing-box has in common, whatever it does. */

/** For as many sessions at a time. A session has no thread of its own. */
export function singBoxLimits(sessions: number): Limits {
  return { memory: memoryFor(sessions), tasks: 256 };
}

/** A configuration file. */
export function singBoxFile(config: object): string {
  return `${JSON.stringify(config, null, 2)}\n`;
}
