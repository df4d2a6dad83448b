import { checkClientFacts } from "../arguments/client-facts.ts";
import { check } from "../arguments/values/check.ts";
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
  const read = check(facts, lines, "");
  const { settings, problems } =
    read.settings === null ? { settings: null, problems: read.problems } : checkClientFacts(read.settings);
  if (settings === null) throw new ArgumentsError("clients", problems);
  return filesOf(settings);
}

/** Of facts that nothing is wrong with. */
export function filesOf(sound: ClientFacts): Record<string, string> {
  return Object.fromEntries(renderClientFiles(sound).map(({ path, text }) => [path, text]));
}
