import { checkClientFacts } from "../arguments/client-facts.ts";
import { type Checked, check } from "../arguments/values/check.ts";
import { ArgumentsError } from "../arguments/values/problem.ts";
import type { ClientFacts } from "../render/clients/facts.ts";
import { renderClientFiles } from "../render/clients/files.ts";
import { facts } from "./lines.ts";

/**
 * The files for clients of gateways, by their paths: `browsers/proxy.pac`. The first, `README.md`, says what the others are.
 *
 * @param lines the facts of a `ClientKit`, or the output `clientKit` of the ready-made program.
 * @throws ArgumentsError with everything that is wrong with them.
 */
export function clientFiles(lines: unknown): Record<string, string> {
  return filesOf(accepted(checkClientFacts(accepted(check(facts, lines, "")))));
}

/** @throws ArgumentsError with everything that is wrong with `facts`. */
export function checkedFiles(facts: ClientFacts): Record<string, string> {
  return filesOf(accepted(checkClientFacts(facts)));
}

function accepted<Settings>({ settings, problems }: Checked<Settings>): Settings {
  if (settings === null) throw new ArgumentsError("clients", problems);
  return settings;
}

/** Of facts that nothing is wrong with. */
export function filesOf(sound: ClientFacts): Record<string, string> {
  return Object.fromEntries(renderClientFiles(sound).map(({ path, text }) => [path, text]));
}
