import type { Input } from "@pulumi/pulumi";
import { z } from "zod";
import { isWhole } from "./plain.ts";
import { isLater, quotedRefusal, refusal, secretRefusal } from "./refusal.ts";

/** Arguments that may be Pulumi's: their values may be known only later, and are looked at only when they are known. */

/**
 * A string of a certain form, or an output that will be one. `what` completes "… is not".
 *
 * @param advice what a wrong value was meant for; empty where that cannot be told
 */
export function textInput(
  what: string,
  accepts: (value: string) => boolean,
  advice: (value: string) => string = () => "",
) {
  const refuse = refusal(what);
  const error = ({ input }: { readonly input?: unknown }) =>
    `${refuse({ input })}${typeof input === "string" ? advice(input) : ""}`;
  return z.custom<Input<string>>(laterOr(isText(accepts)), { error });
}

/** A secret: like {@link textInput}, but its value is never shown. */
export function secretInput(what: string, accepts: (value: string) => boolean) {
  return z.custom<Input<string>>(laterOr(isText(accepts)), { error: secretRefusal(what) });
}

/** A whole number from `low` to `high`, or an output that will be one. */
export function wholeInput(what: string, low: number, high: number) {
  const accepts = isWhole(low, high);
  return z.custom<Input<number>>(laterOr(accepts), {
    error: quotedRefusal(`${what}, ${low} to ${high}`, accepts),
  });
}

function laterOr(accepts: (value: unknown) => boolean) {
  return (value: unknown) => isLater(value) || accepts(value);
}

function isText(accepts: (value: string) => boolean) {
  return (value: unknown) => typeof value === "string" && accepts(value);
}
