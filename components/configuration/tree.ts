import { z } from "zod";

/** An object of the configuration whose values were not looked at yet. */
export type Tree = Readonly<Record<string, unknown>>;

export const GATEWAYS = "tsproxy:gateways";
export const SECRETS = "tsproxy:secrets";

const schema = z.record(z.string(), z.unknown());

/** `value` as an object, with nothing in it where nothing stands in the configuration; null if it is something else. */
export function treeIn(value: unknown): Tree | null {
  return schema.safeParse(value ?? {}).data ?? null;
}
