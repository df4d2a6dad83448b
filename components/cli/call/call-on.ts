import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { legible } from "../../../providers/engine/errors.ts";
import { lastLineOf, quote } from "../../../providers/engine/wire/script.ts";
import type { Limits, Shell } from "../../../providers/engine/wire/shell.ts";
import { ToolError } from "../error.ts";

const PART = readFileSync(new URL("./tailnet.sh", import.meta.url), "utf8");

/** As far as timers go, 24 days: the user ends what takes too long. */
const AS_LONG_AS_IT_TAKES_MS = 2 ** 31 - 1;
const ENDLESS: Limits = {
  silenceMs: AS_LONG_AS_IT_TAKES_MS,
  wholeMs: AS_LONG_AS_IT_TAKES_MS,
  bytes: Number.MAX_SAFE_INTEGER,
  lines: Number.MAX_SAFE_INTEGER,
};

/**
 * A program that calls one function of tailnet.sh, in a process of its own, so that it may exit. Its output and errors
 * are one stream; the line behind them has its status.
 */
export function callProgram(nonce: string, call: readonly string[]): string {
  const lines = ["{", PART, "export LC_ALL=C", `(${call.map(quote).join(" ")}) </dev/null 2>&1`];
  // what it prints may end without a newline
  return `${[...lines, `printf '\\n= status %s ${nonce}\\n' $?`, "}"].join("\n")}; echo '${lastLineOf(nonce)}'\n`;
}

/**
 * Calls a function of tailnet.sh on a gateway.
 *
 * @param write gets each line as it comes, without what could steer a terminal
 * @returns its exit status
 */
export async function callOn(
  shell: Shell,
  call: readonly string[],
  write: (line: string) => void,
): Promise<number> {
  const nonce = randomBytes(8).toString("hex");
  const output = linesUntil(nonce, (line) => write(legible(line)));
  await shell.run(callProgram(nonce, call), {
    last: lastLineOf(nonce),
    limits: ENDLESS,
    onLine: (line) => {
      output.line(line);
      return undefined;
    },
  });
  const status = output.status();
  if (status === null) throw new ToolError(`${shell.name} did not say how it ended`);
  return status;
}

/** Gives on each line up to that with the status, and not the newline before that one where it made an empty line. */
export function linesUntil(nonce: string, write: (line: string) => void) {
  let status: number | null = null;
  let isEmptyHeld = false;
  return {
    line(line: string) {
      const [, code] = new RegExp(`^= status (\\d+) ${nonce}$`).exec(line) ?? [];
      if (code !== undefined) status = Number(code);
      if (status !== null) return;
      if (isEmptyHeld) write("");
      isEmptyHeld = line === "";
      if (!isEmptyHeld) write(line);
    },
    status: () => status,
  };
}

/** Whether a tailnet can be called so; what else there is on a host only that can tell. */
export function tailnetName(text: string): string {
  if (/^[a-z][a-z0-9-]{0,10}$/.test(text)) return text;
  throw new ToolError(`${text}: is not the name of a tailnet on its host, such as work`, 2);
}
