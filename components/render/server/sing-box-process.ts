import { singBoxDirectory } from "../downloads.ts";
import { type Limits, memoryFor } from "../unit/limits.ts";
import { command, type Entry } from "../unit/text.ts";

/** What every process of sing-box has in common, whatever it does. */

/** Limits where there are that many sessions at a time: a session takes memory, and no thread of its own. */
export function singBoxLimits(sessions: number): Limits {
  return { memory: memoryFor(sessions), tasks: 256 };
}

/** @param configuration options that name its files */
export function singBoxStart(version: string, configuration: readonly string[]): Entry {
  const program = `${singBoxDirectory(version)}/sing-box`;
  return ["ExecStart", command(program, "run", "--disable-color", "-D", "/tmp", ...configuration)];
}

/**
 * A configuration file; sing-box takes comments. With them Pulumi shows a change line by line, and not as two long strings,
 * as it does with JSON that an edit has spoilt.
 *
 * @param title what it is, for people: `HTTP and SOCKS5 into tailnet work`
 */
export function singBoxFile(title: string, config: object): string {
  return `// ${title}.\n// Written by pulumi-tsproxy; edits are overwritten.\n${JSON.stringify(config, null, 2)}\n`;
}
