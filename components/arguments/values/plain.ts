import { z } from "zod";
import { faultOf, isLater, quotedRefusal, refusal, TOO_LATE } from "./refusal.ts";

/** The parts that arguments are made of. Each says what was found and what is allowed. */

/** A string of a certain form. `what` completes "… is not". */
export function text(what: string, accepts: (value: string) => boolean) {
  const error = refusal(what);
  return z.string({ error }).refine(accepts, { error });
}

/** One of a few words. `unfit`: what is wrong with others that one may think of, by those. */
export function choice<Word extends string>(
  words: readonly Word[],
  isOne: (value: unknown) => value is Word,
  unfit: ReadonlyMap<unknown, string> = new Map(),
) {
  const allowed = words.map((word) => `"${word}"`).join(" or ");
  const refuse = refusal(allowed);
  return z.custom<Word>(isOne, {
    error: (raw) => {
      const fault = unfit.get(raw.input);
      return fault === undefined ? refuse(raw) : faultOf(`${fault}; use ${allowed}`)(raw);
    },
  });
}

/** A whole number from `low` to `high`. */
export function whole(what: string, low: number, high: number) {
  const error = quotedRefusal(`${what}, ${low} to ${high}`, isWhole(low, high));
  return z.number({ error }).int({ error }).min(low, { error }).max(high, { error });
}

export function isWhole(low: number, high: number) {
  return (value: unknown) => Number.isInteger(value) && Number(value) >= low && Number(value) <= high;
}

export const yesOrNo = z.boolean({
  error: quotedRefusal("true or false", (value) => typeof value === "boolean"),
});

/**
 * An object with these arguments and no others. What is said of one that does not exist, `check` adds to their names. An
 * output would pass for an object, and each of its fields for a string that is known later.
 */
export function group<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = Object.keys(shape).join(", ");
  const known = z.custom<object>((value) => !isLater(value), { error: TOO_LATE });
  const object = z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys" ? names : refusal(`an object with ${names}`)(issue),
  });
  return known.pipe(object);
}

/**
 * An object of values by names that are chosen freely. Names and values are looked at together; zod by itself says nothing of
 * the names as long as any value is wrong.
 *
 * @param faultOfName what is wrong with a name, or `null`
 */
export function named<Value extends z.ZodType>(
  what: string,
  faultOfName: (name: string) => string | null,
  value: Value,
) {
  return z
    .record(z.string(), z.unknown(), { error: refusal(what) })
    .superRefine((given, context) => {
      for (const [name, one] of Object.entries(given)) {
        const fault = faultOfName(name);
        if (fault !== null) context.addIssue({ code: "custom", path: [name], message: fault });
        // what comes after would say the same once more
        for (const issue of value.safeParse(one, { reportInput: true }).error?.issues ?? [])
          context.addIssue({ ...issue, path: [name, ...issue.path], continue: false });
      }
    })
    .pipe(z.record(z.string(), value));
}

/** A list, empty by default. */
export function list<Item extends z.ZodType>(what: string, item: Item) {
  return z.array(item, { error: refusal(what) });
}

/** Name on the host: part of interface, unit and file names. */
export const shortName = text(
  "a name of 1 to 11 lower-case letters, digits and hyphens that begins with a letter and does not end with a hyphen",
  (value) => /^[a-z](?:[a-z0-9-]{0,9}[a-z0-9])?$/.test(value),
);
