import { isIPv6 } from "node:net";
import { type Input, Output } from "@pulumi/pulumi";
import { z } from "zod";
import { isAddress, parseNetwork } from "../render/ipv4.ts";

/** The parts that arguments are made of. Each says what was found and what is allowed. */

interface Raw {
  readonly input?: unknown;
}

/** `"abc" is not …`, or `is missing: …`. */
function refusal(what: string) {
  return ({ input }: Raw) => (input === undefined ? `is missing: ${what}` : `${show(input)} is not ${what}`);
}

/** As {@link refusal}; a right value that stands in quotes is told apart. */
function quotedRefusal(what: string, accepts: (value: unknown) => boolean) {
  const refuse = refusal(what);
  return ({ input }: Raw) => {
    const value = typeof input === "string" ? plainValueOf(input) : undefined;
    return accepts(value) ? `${show(input)} is a text: write ${value} without quotes` : refuse({ input });
  };
}

/** The number, `true` or `false` that a text spells. */
function plainValueOf(text: string): number | boolean | undefined {
  if (/^\d+$/.test(text)) return Number(text);
  return text === "true" || text === "false" ? text === "true" : undefined;
}

/** Nothing of what was meant for another argument and is a secret, as far as that can be told. */
function show(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  if (typeof value === "string" && /PRIVATE KEY|[th]skey-/.test(value)) return "what looks like a secret";
  const text = JSON.stringify(typeof value === "string" ? withoutPasswords(value) : value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

/** A URL may carry them as its user, or in its query. */
function withoutPasswords(text: string): string {
  if (!/^[a-z]+:\/\//i.test(text)) return text;
  return text.replace(/\/\/[^/]*@/, "//…@").replace(/([?&][^=&]*=)[^&]*/g, "$1…");
}

/** A string of a certain form. `what` completes "… is not". */
export function text(what: string, accepts: (value: string) => boolean) {
  const error = refusal(what);
  return z.string({ error }).refine(accepts, { error });
}

/** A string of a certain form, or an output that will be one. */
export function textInput(what: string, accepts: (value: string) => boolean) {
  return z.custom<Input<string>>((value) => isLater(value) || (typeof value === "string" && accepts(value)), {
    error: refusal(what),
  });
}

/** A secret: like {@link textInput}, but its value is never shown. */
export function secretInput(what: string, accepts: (value: string) => boolean) {
  return z.custom<Input<string>>((value) => isLater(value) || (typeof value === "string" && accepts(value)), {
    error: ({ input }) => (input === undefined ? `is missing: ${what}` : `is not ${what}`),
  });
}

function isLater(value: unknown): boolean {
  return Output.isInstance(value) || value instanceof Promise;
}

/** A whole number from `low` to `high`. */
export function whole(what: string, low: number, high: number) {
  const error = quotedRefusal(`${what}, ${low} to ${high}`, isWhole(low, high));
  return z.number({ error }).int({ error }).min(low, { error }).max(high, { error });
}

/** A whole number from `low` to `high`, or an output that will be one. */
export function wholeInput(what: string, low: number, high: number) {
  const accepts = isWhole(low, high);
  return z.custom<Input<number>>((value) => isLater(value) || accepts(value), {
    error: quotedRefusal(`${what}, ${low} to ${high}`, accepts),
  });
}

function isWhole(low: number, high: number) {
  return (value: unknown) => Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
}

export const yesOrNo = z.boolean({
  error: quotedRefusal("true or false", (value) => typeof value === "boolean"),
});

/** An object with these arguments and no others. */
export function group<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? `is not an argument; allowed: ${names}`
        : refusal(`an object with ${names}`)(issue),
  });
}

/** A list, empty by default. */
export function list<Item extends z.ZodType>(what: string, item: Item) {
  return z.array(item, { error: refusal(what) });
}

export const port = whole("a port", 1, 65535);

export const address = text('an IPv4 address, for example "100.64.0.10"', isAddress);

/** An IPv4 network or address. `0.0.0.0/0` and the like would take the point out of a list of exceptions. */
export const network = text('an IPv4 network of /8 or smaller, for example "192.168.1.0/24"', (value) => {
  const parsed = parseNetwork(value);
  return parsed !== null && parsed.prefix >= 8;
});

/** An IPv4 or IPv6 network. */
export const anyNetwork = text('a network, for example "100.64.0.0/10"', (value) => {
  if (parseNetwork(value) !== null) return true;
  const [first = "", length = "", ...rest] = value.split("/");
  return rest.length === 0 && isAddress6(first) && /^\d{1,3}$/.test(length) && Number(length) <= 128;
});

/** Without a zone: that means something on one machine only. */
export function isAddress6(text: string): boolean {
  return isIPv6(text) && !text.includes("%");
}

/** Name on the host: part of interface, unit and file names. */
export const shortName = text(
  "a name of 1 to 11 lower-case letters, digits and hyphens that begins with a letter and does not end with a hyphen",
  (value) => /^[a-z](?:[a-z0-9-]{0,9}[a-z0-9])?$/.test(value),
);

/** One label of a host name. */
export const hostLabel = text("a host name of 1 to 63 lower-case letters, digits and hyphens", (value) =>
  /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(value),
);

export const interfaceName = text('an interface name, for example "tailscale0"', (value) =>
  /^[A-Za-z0-9][A-Za-z0-9_.-]{0,14}$/.test(value),
);

/** An http or https URL without user, query and fragment; `path` says whether it may have a path. */
export function url(what: string, path: "path" | "no path") {
  return text(what, (value) => {
    const parsed = URL.canParse(value) ? new URL(value) : null;
    if (parsed === null || !/^https?:$/.test(parsed.protocol)) return false;
    if (
      parsed.username !== "" ||
      parsed.password !== "" ||
      parsed.search !== "" ||
      parsed.hash !== "" ||
      !/^[A-Za-z0-9._~:/%+,=@[\]-]+$/.test(value)
    )
      return false;
    return path === "path" || parsed.pathname === "/";
  });
}
