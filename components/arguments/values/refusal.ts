/** What is said of a wrong value: the value, and what is allowed. */

interface Raw {
  readonly input?: unknown;
}

/** What is said of an output in place of a value that files, units and names are made of. */
export const TOO_LATE =
  "is known only while the program runs (an Output or a promise), and must be known before anything is made: take it from the configuration, await the promise, or make what it comes from in another stack and read it there: (await new StackReference(…).getOutputDetails(…)).value";

/** `"abc" is not …`, or `is missing: …`. */
export function refusal(what: string) {
  return ({ input }: Raw) => {
    if (isLater(input)) return TOO_LATE;
    return input === undefined ? `is missing: ${what}` : `${show(input)} is not ${what}`;
  };
}

/** As {@link refusal}; a right value that stands in quotes is told apart. */
export function quotedRefusal(what: string, accepts: (value: unknown) => boolean) {
  const refuse = refusal(what);
  return ({ input }: Raw) => {
    const value = typeof input === "string" ? plainValueOf(input) : undefined;
    return accepts(value) ? `${show(input)} is a text: write ${value} without quotes` : refuse({ input });
  };
}

/** `"abc" is too long …`: what is wrong with a value of the right form. */
export function faultOf(fault: string) {
  return ({ input }: Raw) => `${show(input)} ${fault}`;
}

/** As {@link refusal}; the value is never shown. */
export function secretRefusal(what: string) {
  return ({ input }: Raw) => (input === undefined ? `is missing: ${what}` : `is not ${what}`);
}

/** A promise, or an output: Pulumi knows its own by this mark too, whichever copy of the library made them. */
export function isLater(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return value instanceof Promise || Reflect.get(value, "__pulumiOutput") === true;
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
