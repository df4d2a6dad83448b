/** What is said of a wrong value: the value, and what is allowed. */

interface Raw {
  readonly input?: unknown;
}

/** `"abc" is not …`, or `is missing: …`. */
export function refusal(what: string) {
  return ({ input }: Raw) => (input === undefined ? `is missing: ${what}` : `${show(input)} is not ${what}`);
}

/** As {@link refusal}; a right value that stands in quotes is told apart. */
export function quotedRefusal(what: string, accepts: (value: unknown) => boolean) {
  const refuse = refusal(what);
  return ({ input }: Raw) => {
    const value = typeof input === "string" ? plainValueOf(input) : undefined;
    return accepts(value) ? `${show(input)} is a text: write ${value} without quotes` : refuse({ input });
  };
}

/** As {@link refusal}; the value is never shown. */
export function secretRefusal(what: string) {
  return ({ input }: Raw) => (input === undefined ? `is missing: ${what}` : `is not ${what}`);
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
