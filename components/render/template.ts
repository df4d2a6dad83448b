import { readFileSync } from "node:fs";
import mustache from "mustache";

/**
 * The text of `templates/<name>.mustache`, for example `dns/host.zone`, filled in with `view`.
 *
 * Nothing is escaped: the targets are not HTML, and every value was checked as an argument.
 *
 * @throws Error if the template names a key that `view` does not have (a bug in a renderer).
 */
export function fill(name: string, view: object): string {
  const file = new URL(`../templates/${name}.mustache`, import.meta.url);
  const strict = new Proxy(view, {
    // mustache asks `key in view` first and takes a missing key for an empty value.
    has: () => true,
    get: (target, key) => {
      if (typeof key === "string" && !Object.hasOwn(target, key))
        throw new Error(`${name}: no value for "${key}"`);
      return Reflect.get(target, key);
    },
  });
  return mustache.render(
    readFileSync(file, "utf8"),
    strict,
    {},
    { escape: (value: unknown) => String(value) },
  );
}
