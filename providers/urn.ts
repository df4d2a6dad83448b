import type { Identity } from "./engine/kinds/desired.ts";

/** Of the resources that components make. */
export const TYPE = "pulumi-nodejs:dynamic/tsproxy:HostState";

/** Our own components by a letter: other types have a colon, so that one cannot be taken for the other. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ["tsproxy:index:Gateway", "G"],
  ["tsproxy:index:NetnsTailnet", "N"],
  ["tsproxy:index:SocksBridge", "S"],
  ["tsproxy:index:SuffixDns", "D"],
]);
const TYPES: ReadonlyMap<string, string> = new Map([...LETTERS].map(([type, letter]) => [letter, type]));

/**
 * The URN of a HostState without what its identity and its type say already, as `G$N::home-work-tailnet`: the state holds
 * it twice for each resource.
 */
export function shortUrn(urn: string): string {
  const [, , types = "", ...name] = urn.split("::");
  const parents = types.split("$").slice(0, -1);
  return [parents.map((type) => LETTERS.get(type) ?? type).join("$"), ...name].join("::");
}

/** The reverse of {@link shortUrn}; empty where a state of an earlier release has none. */
export function urnOf({ project, stack }: Identity, short: string | undefined): string {
  if (short === undefined) return "";
  const [parents = "", ...name] = short.split("::");
  const types = parents === "" ? [] : parents.split("$").map((type) => TYPES.get(type) ?? type);
  return [`urn:pulumi:${stack}`, project, [...types, TYPE].join("$"), ...name].join("::");
}
