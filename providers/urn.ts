import type { Identity } from "./engine/kinds/desired.ts";

/** Of the resources that components make. */
export const TYPE = "pulumi-nodejs:dynamic/tsproxy:HostState";

const OURS = "tsproxy:index:";

/**
 * The URN of a HostState without what its identity and its type say already, and without the module of our own
 * components: `Gateway$NetnsTailnet::home-work-tailnet`. The state holds it twice for each resource.
 */
export function shortUrn(urn: string): string {
  const [, , types = "", ...name] = urn.split("::");
  const parents = types.split("$").slice(0, -1);
  return [parents.map((type) => type.replace(OURS, "")).join("$"), ...name].join("::");
}

/** The reverse of {@link shortUrn}; empty where a state of an earlier release has none. */
export function urnOf({ project, stack }: Identity, short: string | undefined): string {
  if (short === undefined) return "";
  const [parents = "", ...name] = short.split("::");
  const types = parents
    .split("$")
    .map((type) => (type === "" || type.includes(":") ? type : `${OURS}${type}`));
  const chain = [...types.filter((type) => type !== ""), TYPE].join("$");
  return [`urn:pulumi:${stack}`, project, chain, ...name].join("::");
}
