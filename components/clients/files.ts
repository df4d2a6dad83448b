import { checkClientFacts } from "../arguments/client-facts.ts";
import { ArgumentsError } from "../arguments/values/problem.ts";
import { renderClientFiles } from "../render/clients/files.ts";

/**
 * The files for clients of gateways, by their paths: `browsers/proxy.pac`. The first, `README.md`, says what the others are.
 *
 * @param facts as `ClientKit` and the output `clientKit` of the ready-made program have them.
 * @throws ArgumentsError with everything that is wrong with `facts`.
 */
export function clientFiles(facts: unknown): Record<string, string> {
  const { settings, problems } = checkClientFacts(facts);
  if (settings === null) throw new ArgumentsError("clients", problems);
  return Object.fromEntries(renderClientFiles(settings).map(({ path, text }) => [path, text]));
}
